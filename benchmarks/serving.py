"""The hub served: gunicorn with two workers under Debian's `wrk`, the memory they share, and how long a start takes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from benchmarks.timing import children, percentiles, resident
from benchmarks.world import World

_COLD: Final = 7
_SECONDS: Final = 10
_PATIENCE: Final = 60.0
# Connections at the same time: one shows the time of a page, many show how much two workers do.
_CONNECTIONS: Final = (1, 8)
_SCRIPT: Final = """
local paths = {%s}
local number = math.random(#paths)
request = function()
  number = number %% #paths + 1
  return wrk.format("GET", paths[number])
end
done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format('JSON {"requests": %%d, "duration": %%d, "failed": %%d',
    summary.requests, summary.duration, failed))
  for _, part in ipairs({50, 95, 99}) do io.write(string.format(', "p%%d": %%d', part, latency:percentile(part))) end
  io.write('}\\n')
end
"""


def environment(world: World, port: int = 8000) -> dict[str, str]:
    """The settings under which every command of the hub works on this world and on nothing else."""
    content = world.folder / "content"
    content.mkdir(exist_ok=True)
    return {
        **os.environ,
        "HUB_CONTENT": str(content),
        "HUB_INDEX": str(world.index),
        "DATABASE_URL": world.database_url,
        "HUB_ENCODER": world.encoder_name,
        "HUB_PORT": str(port),
        "HUB_WORKERS": "2",
        "OMP_NUM_THREADS": "1",
    }


def cold(world: World) -> dict[str, Any]:
    """Seconds from the shell to an answer, files in the system's cache; and to the first page of a new server."""
    command = [sys.executable, "-c", "from hub.cli import main; main()", "search", "", "--json"]
    shell = []
    for question in world.questions[:_COLD]:
        command[4] = question.text
        began = time.perf_counter()
        subprocess.run(command, env=environment(world), check=True, capture_output=True)
        shell.append(time.perf_counter() - began)
    began = time.perf_counter()
    with _served(world):
        served = time.perf_counter() - began
    return {"hub_search_s": percentiles(shell), "first_page_s": round(served, 2)}


def measure(world: World) -> dict[str, Any]:
    """Questions a second, milliseconds of a page, and MiB over both workers after that."""
    paths = [f"/{question.family}/search?q={quote(question.text)}" for question in world.questions]
    filtered = [f"{path}&country=NO" for path in paths]
    found: dict[str, Any] = {"generator": subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout[:40]}
    with _served(world) as (server, address):
        found["page_bytes"] = len(_read(address + paths[0]))
        for name, asked in (("no filter", paths), ("country", filtered)):
            for connections in _CONNECTIONS:
                found[f"{name}, {connections} connections"] = _loaded(world, address, asked, connections)
        workers = [resident(child) for child in children(server.pid)]
        found["workers_mib"] = workers
        found["pss_workers_mib"] = sum(worker["pss"] for worker in workers)
        found["pss_master_mib"] = resident(server.pid)["pss"]
    return found


def _loaded(world: World, address: str, paths: list[str], connections: int) -> Mapping[str, float]:
    script = world.folder / "wrk.lua"
    script.write_text(_SCRIPT % ", ".join(json.dumps(path) for path in paths), "utf-8")
    command = [shutil.which("wrk") or "wrk", "-t1", f"-c{connections}", f"-d{_SECONDS}s", "-s", str(script), address]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = json.loads(next(line for line in output.splitlines() if line.startswith("JSON")).removeprefix("JSON "))
    return {
        "questions_a_second": round(told["requests"] / (told["duration"] / 1e6), 1),
        **{name: round(told[name] / 1000, 1) for name in ("p50", "p95", "p99")},
        "failed": told["failed"],
    }


@contextmanager
def _served(world: World) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server that has answered its first question, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:hub.web.server"]
    server = subprocess.Popen(command, env=environment(world, port))
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                _read(f"{address}/en/search?q={quote(world.questions[0].text)}")
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until or server.poll() is not None:
                    raise
                time.sleep(0.02)
        yield server, address
    finally:
        server.terminate()
        server.wait(20)


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
        content: bytes = answer.read()
    return content

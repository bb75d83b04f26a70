"""A hundred readers ask for five minutes while documents are published and withdrawn.

    python -m benchmarks.readers --readers 100 --minutes 5

Works on a copy of content/ with a catalogue and an index of its own. Every reader asks one question after the other
over HTTP. Meanwhile a document with a word of its own is published, looked for, withdrawn and looked for again, over
and over. Prints how many questions were answered, how long they took, and every fault: an answer that is no page,
a document that is not found a second after `hub sync` has ended, or one that is still found a second after it was
withdrawn. Exit code 1 when there was any.
"""

import argparse
import http.client
import itertools
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

HUB = [sys.executable, "-c", "from hub.cli import main; main()"]
QUESTIONS = (
    "/en/search?q=How do we get residents to join a heat network?",
    "/no/search?q=Hvordan får vi innbyggere med på fjernvarme?",
    "/nl/search?q=Hoe krijgen we bewoners mee met een warmtenet?",
    "/en/search?q=Who pays when the pilot has ended and the grant is spent?&theme=energy_transition",
    "/nl/search?q=klimaatadaptatie in de wijk&country=NL",
    "/no/search?q=medvirkning for unge",
)
_PATIENCE = 60.0
_FINDABLE = 1.0
_CASE = """---
language: en
title: The {word} of Testville
summary: Testville tried a {word} in its streets and wrote down what came of it.
question: Who wants a {word}?
about: {{places: [{{name: Testville, country: GB}}]}}
written_by: [{{name: Testville Council, basis: own_experience}}]
themes: [mobility]
lessons:
  - {{id: one, text: "A {word} in every street made Testville quiet.", polarity: worked, evidence: E0}}
licence: CC-BY-4.0
---

## What was done

Testville put a {word} in every street.
"""


class Readers:
    """So many threads that ask until they are told to stop; `times` in seconds, `faults` in words."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(place,)) for place in range(number)]
        self.times: list[float] = []
        self.faults: list[str] = []

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self, place: int) -> None:
        for address in itertools.islice(itertools.cycle(QUESTIONS), place, None):
            if self._stop.is_set():
                return
            began = time.monotonic()
            try:
                status, body = page(self._port, address)
            except OSError as error:
                self.faults.append(f"{address}: {error!r}")
                continue
            self.times.append(time.monotonic() - began)
            if status != http.client.OK or "</html>" not in body:
                self.faults.append(f"{address}: status {status}")


def page(port: int, address: str) -> tuple[int, str]:
    """Status and text of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", quote(address, safe="/?=&"))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def main() -> None:
    """Runs it and prints what happened."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=5.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = _run(Path(folder), arguments.readers, 60 * arguments.minutes)
    sys.exit(1 if faults else 0)


def _run(folder: Path, number: int, seconds: float) -> list[str]:
    port, environment = _free_port(), _environment(folder)
    environment["HUB_PORT"] = str(port)
    shutil.copytree("content", folder / "content", ignore=shutil.ignore_patterns(".versions"))
    _sync(environment)
    server = subprocess.Popen([*HUB, "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        with Readers(port, number) as readers:
            changes, faults = _publish_and_withdraw(folder / "content", environment, port, time.monotonic() + seconds)
    finally:
        server.terminate()
        server.wait()
    faults += readers.faults
    times = sorted(readers.times)
    rate, p50, p95 = len(times) / seconds, statistics.median(times), times[int(0.95 * len(times))]
    print(
        f"{number} readers, {seconds:.0f} s: {len(times)} pages, {rate:.1f} a second, p50 {p50:.2f} s, p95 {p95:.2f} s"
    )
    print(f"{changes} documents published and withdrawn meanwhile; {len(faults)} faults")
    for fault in faults[:20]:
        print("  " + fault)
    return faults


def _publish_and_withdraw(content: Path, environment: dict[str, str], port: int, end: float) -> tuple[int, list[str]]:
    faults, number = list[str](), 0
    while time.monotonic() < end:
        number += 1
        word = f"quibblewhistle{number}"
        file = content / "cases" / f"testville-{number}.md"
        file.write_text(_CASE.format(word=word), "utf-8")
        _sync(environment)
        time.sleep(_FINDABLE)
        faults += [f"{word} is not found" for found in _looks(port, word) if not found]
        file.unlink()
        _sync(environment)
        time.sleep(_FINDABLE)
        faults += [f"{word} is still found" for found in _looks(port, word) if found]
    return number, faults


def _looks(port: int, word: str, times: int = 6) -> list[bool]:
    """Whether the document is found, asked several times, so that every worker is asked."""
    return ["Testville" in page(port, f"/en/search?q=a {word} in every street&in=en")[1] for _ in range(times)]


def _sync(environment: dict[str, str]) -> None:
    subprocess.run([*HUB, "sync"], env=environment, check=True, stdout=subprocess.DEVNULL)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "HUB_CONTENT": str(folder / "content"),
        "HUB_INDEX": str(folder / "index"),
        "DATABASE_URL": f"sqlite:///{folder}/catalogue.sqlite",
        "PYTHONPATH": str(Path.cwd()),
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(60):
        try:
            page(port, "/en/")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The server did not answer within 30 seconds.")


if __name__ == "__main__":
    main()

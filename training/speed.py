"""How fast the encoder is, beside all-MiniLM-L6-v2 in the same run (only the ratio travels), and what a server weighs.

Both encode the same texts with as many threads as there are cores. Sentences are new to both: the static part
remembers how words are cut, so that a second pass over the same texts would flatter it.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hub.search.bundled_encoder import BundledEncoder
from hub.search.encoder import TransformersEncoder
from training.judged import Encode, flores
from training.settings import ROOT

_PARTS = 4
_PASSAGE_WORDS = 120
_QUESTIONS = 30


def compare_speed(served: BundledEncoder, peer: TransformersEncoder, shared: Path) -> dict[str, float]:
    """Return texts a second on FLORES English sentences and passages of 120 words, ratios, and p50 of one question."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    sentences = flores(shared)["en"]
    words = " ".join(sentences).split()
    passages = [" ".join(words[n : n + _PASSAGE_WORDS]) for n in range(0, len(words) - _PASSAGE_WORDS, _PASSAGE_WORDS)]
    found = {}
    for kind, texts in (("sentences", sentences), ("passages of 120 words", passages)):
        theirs = _rate(peer.encode, texts)
        found[f"all-MiniLM-L6-v2, {kind} a second"] = theirs
        for name, encode in (("whole", served.encode), ("static", served.static.encode)):
            rate = _rate(encode, texts)
            found[f"{name}, {kind} a second"] = rate
            found[f"{name}, {kind}, ratio"] = rate / theirs
    questions = flores(shared)["nb"]
    found["whole, one question, ms (p50)"] = _question_ms(served.encode, questions)
    found["all-MiniLM-L6-v2, one question, ms (p50)"] = _question_ms(peer.encode, questions[:100])
    return found


def _rate(encode: Encode, texts: Sequence[str]) -> float:
    """Return the median rate over parts of `texts` that are each encoded once; the first part warms up."""
    first, *rest = (texts[part::_PARTS] for part in range(_PARTS))
    encode(first)
    rates = []
    for part in rest:
        start = time.perf_counter()
        encode(part)
        rates.append(len(part) / (time.perf_counter() - start))
    return float(np.median(rates))


def _question_ms(encode: Encode, sentences: Sequence[str]) -> float:
    """Return the median milliseconds for a question: the first twelve words of each sentence."""
    spent = []
    for sentence in sentences:
        question = " ".join(sentence.split()[:12]) + "?"
        start = time.perf_counter()
        encode([question])
        spent.append(time.perf_counter() - start)
    return float(np.median(spent) * 1000)


def serving_memory(folder: Path) -> dict[str, float]:
    """Return the proportional set size in MiB of a server's processes after questions, with the hub's own content.

    A real `hub serve` over a fresh index made with the encoder in `folder`; Linux only (`/proc`).
    """
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{name}/hub.sqlite",
            "HUB_INDEX": f"{name}/index",
            "HUB_ENCODER": str(folder),
            "HUB_PORT": str(port),
            "HUB_WORKERS": "2",
        }
        hub = [sys.executable, "-c", "from hub.cli import main; main()"]
        subprocess.run([*hub, "sync"], env=environment, cwd=ROOT, check=True, capture_output=True)
        server = subprocess.Popen([*hub, "serve"], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            _ask(port)
            return _weigh(server.pid)
        finally:
            server.terminate()
            server.wait(30)


def _ask(port: int) -> None:
    question = urllib.parse.quote("Hvordan får vi innbyggere med på fjernvarme?")
    asked = 0
    deadline = time.monotonic() + 60
    while asked < _QUESTIONS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", f"/no/search?q={question}")
            asked += connection.getresponse().status == 200
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        finally:
            connection.close()


def _weigh(parent: int) -> dict[str, float]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    weights = {f"worker {number}": _pss(int(child)) for number, child in enumerate(children, 1)}
    return {"master": _pss(parent), **weights}


def _pss(process: int) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")

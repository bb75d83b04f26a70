"""From published to findable: one new document, until another process finds it.

python -m benchmarks.findable INDEX ENCODER     that other process; benchmarks.stage starts it
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, Final
from uuid import uuid4

from benchmarks import made_catalogue
from benchmarks.timing import percentiles
from benchmarks.world import World
from hub.catalogue.database import open_catalogue
from hub.search.find import Finder
from hub.search.refresh import refresh

_TIMES: Final = 20
_PATIENCE: Final = 60.0
_PAUSE: Final = 0.002


def measure(world: World) -> dict[str, Any]:
    """Milliseconds from the catalogue's rows to the first question in another process that finds the document."""
    encoder, catalogue = world.encoder(), open_catalogue(world.database_url)
    command = [sys.executable, "-m", "benchmarks.findable", str(world.index), world.encoder_name]
    writing, indexing, whole = list[float](), list[float](), list[float]()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin
        assert reader.stdout
        if not reader.stdout.readline():  # without an index that can be read, refresh would encode everything anew
            raise RuntimeError(f"{world.index} cannot be opened; run the stage build")
        for number in range(_TIMES):
            document_id, text = f"published-{uuid4().hex[:12]}", _text(world, number)
            _tell(reader.stdin, document_id, text)
            began = time.monotonic()
            made_catalogue.publish(catalogue, document_id, text)
            written = time.monotonic()
            refresh(catalogue, world.index, encoder)
            indexed = time.monotonic()
            found = float(reader.stdout.readline())
            writing.append((written - began) * 1000)
            indexing.append((indexed - written) * 1000)
            whole.append((found - began) * 1000)
        reader.stdin.close()
    return {
        "catalogue": percentiles(writing),
        "refresh": percentiles(indexing),
        "found": {**percentiles(whole), "worst": round(max(whole), 1)},
        "each": [round(value) for value in whole],
    }


def _text(world: World, number: int) -> str:
    asked = [question.text for question in world.questions if question.family == "en"]
    return " ".join(asked[(number * 3 + place) % len(asked)] for place in range(5))


def _tell(stream: IO[str], document_id: str, text: str) -> None:
    stream.write(json.dumps([document_id, text]) + "\n")
    stream.flush()


def main() -> None:
    """Asks for each document named on the input until it is found, and prints when that was."""
    finder = Finder(Path(sys.argv[1]), sys.argv[2])
    finder.find("Is it open?")
    print("open", flush=True)
    for line in sys.stdin:
        document_id, text = json.loads(line)
        until = time.monotonic() + _PATIENCE
        name = finder.snapshot().name
        while time.monotonic() < until:
            if finder.snapshot().name != name:
                name = finder.snapshot().name
                if any(hit.row.document_id == document_id for hit in finder.find(text, language="en").hits):
                    break
            time.sleep(_PAUSE)
        else:
            raise SystemExit(f"{document_id} was not found within {_PATIENCE:.0f} s")
        print(time.monotonic(), flush=True)


if __name__ == "__main__":
    main()

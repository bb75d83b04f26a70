"""One stage of a run, in a process of its own: what it takes of memory goes with it, and it has its own threads.

python -m benchmarks.stage NAME SIZE WORK KEPT SHARED     writes WORK/SIZE/NAME.json
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks import curves, findable, ours, serving
from benchmarks.world import World


def _make(world: World) -> dict[str, Any]:
    world.make()
    return {"dimension": int(world.vectors.shape[1]), "questions": len(world.questions)}


STAGES: Final[Mapping[str, Callable[[World], dict[str, Any]]]] = {
    "make": _make,
    "build": ours.build,
    "ask": ours.ask,
    "curves": curves.measure,
    "cold": serving.cold,
    "http": serving.measure,
    "findable": findable.measure,
}


def main() -> None:
    """Runs the stage and writes down what it found."""
    name, size, work, kept, shared = sys.argv[1:]
    world = World(int(size), Path(work) / size, Path(kept), Path(shared))
    found = STAGES[name](world)
    (world.folder / f"{name}.json").write_text(json.dumps(found, indent=1), "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

"""How the hub's search holds from 10,000 to 1,000,000 passages, beside its peers on the same texts and vectors.

    python -m benchmarks.scale                      everything: hours, most of them for encoding 100,000 passages once
    python -m benchmarks.scale --quick              2,000 passages, to see whether it runs
    python -m benchmarks.scale --resume             goes on where a run was broken off
    python -m benchmarks.scale --resume --report-only

Needs Debian's `wrk` and, for the peers, pip. Writes JSON under --work, docs/performance.md and
docs/images/performance-*.png. Every stage runs in a process of its own (`benchmarks.stage`), every peer in a virtual
environment that is not the hub's.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import plots, report
from benchmarks.peers import PEERS
from benchmarks.timing import machine

_SIZES: Final = "10000,100000,1000000"
_QUICK: Final = "2000"
# Building may use both cores; a question is answered by one.
_BUILDING: Final = ("make", "build")
_STAGES: Final = (*_BUILDING, "ask", "curves", "cold", "http", "findable")
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Run:
    """What the command line asks for."""

    sizes: Sequence[int]
    work: Path
    kept: Path
    shared: Path
    peers: Sequence[str]
    resume: bool
    limit: float


def main() -> None:
    """Measures and writes the report."""
    options = _options()
    sizes = [int(size) for size in (_QUICK if options.quick else options.sizes).split(",")]
    run = Run(
        sizes=sizes,
        work=options.work,
        kept=options.vectors or options.work / "vectors",
        shared=options.shared,
        peers=list(PEERS) if options.peers else [],
        resume=options.resume,
        limit=options.peer_limit,
    )
    if not options.report_only:
        for size in sizes:
            _measure(run, size)
    found = {size: _results(run.work / str(size)) for size in sizes}
    if not options.quick:
        report.write(found, options.docs / "performance.md")
        plots.draw(found, options.docs / "images")
    else:
        print(report.text(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=_SIZES, help="numbers of passages, separated by commas")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder with model-data")
    parser.add_argument("--work", type=Path, default=Path("var/benchmarks"), help="a folder for everything made")
    parser.add_argument("--vectors", type=Path, help="a folder with kept vectors, if not WORK/vectors")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where the report is written")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--peer-limit", type=float, default=1800, help="seconds after which a peer is given up")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} passages; the report is printed, not written")
    parser.add_argument("--resume", action="store_true", help="leave out what was measured already")
    parser.add_argument("--report-only", action="store_true", help="only write the report again")
    return parser.parse_args()


def _measure(run: Run, size: int) -> None:
    folder = run.work / str(size)
    folder.mkdir(parents=True, exist_ok=True)
    for stage in _STAGES:
        if run.resume and (folder / f"{stage}.json").is_file():
            continue
        print(f"{size:>9,}  {stage}", flush=True)
        threads = str(os.cpu_count() if stage in _BUILDING else 1)
        arguments = [str(size), *map(str, (run.work, run.kept, run.shared))]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.stage", stage, *arguments],
            env=os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (folder / "machine.json").write_text(json.dumps(machine(), indent=1), "utf-8")
    for peer in run.peers:
        file = folder / f"peer-{_slug(peer)}.json"
        if not (run.resume and file.is_file()):
            print(f"{size:>9,}  {peer}", flush=True)
            file.write_text(json.dumps(_peer(run, folder, peer), indent=1), "utf-8")


def _peer(run: Run, folder: Path, peer: str) -> dict[str, Any]:
    """What a peer measured; why not, when it took too long or too much."""
    wanted = json.loads((folder / "ask.json").read_text("utf-8"))["no filter"]["recall"]
    command = [str(_python_of_peers(run.work)), "-m", "benchmarks.peers", peer, str(folder), str(wanted)]
    environment = os.environ | {"OMP_NUM_THREADS": str(os.cpu_count()), "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, env=environment, check=True, text=True, stdout=subprocess.PIPE, timeout=run.limit
        )
    except subprocess.TimeoutExpired:
        return {"name": peer, "given_up": f"after {run.limit:.0f} s"}
    except subprocess.CalledProcessError as error:
        return {"name": peer, "given_up": f"it ended with {error.returncode}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"name": peer, **found}


def _python_of_peers(work: Path) -> Path:
    """The interpreter of the peers' virtual environment, which is made and filled where it is not there yet."""
    folder, filled = work / "peers", work / "peers" / "filled"
    wanted = (_HERE / "requirements.txt").read_text("utf-8")
    if not filled.is_file() or filled.read_text("utf-8") != wanted:
        venv.create(folder, with_pip=True)
        subprocess.run(
            [folder / "bin" / "pip", "install", "--quiet", "-r", _HERE / "requirements.txt"],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        filled.write_text(wanted, "utf-8")
    return (folder / "bin" / "python").absolute()


def _results(folder: Path) -> dict[str, Any]:
    """Everything that was measured at one size, by stage."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name)


if __name__ == "__main__":
    main()

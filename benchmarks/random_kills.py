"""Kills `hub sync` at random times and looks whether the hub still answers and the next run completes.

    python -m benchmarks.random_kills --times 30

Every round edits all files of a copy of content/ (so that sync has everything to do: versions, catalogue, index),
starts `hub sync`, kills it after a random time, asks a question of what is left, and runs `hub sync` to its end.
Prints where the kills fell, by the last step that was passed.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hub.faults import FAULT_POINTS

HUB = [sys.executable, "-c", "from hub.cli import main; main()"]
QUESTION = "How do we get residents to join a heat network?"


def main() -> None:
    """Runs the rounds and prints the histogram; exit code 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        failures = _rounds(Path(folder), arguments.times, rng)
    sys.exit(1 if failures else 0)


def _rounds(folder: Path, times: int, rng: random.Random) -> int:
    environment = _environment(folder)
    shutil.copytree("content", folder / "content", ignore=shutil.ignore_patterns(".versions"))
    _edit_all(folder / "content", 0)
    began = time.monotonic()
    _run("sync", environment)
    length = time.monotonic() - began
    answered = len(_hits(environment))
    fell, failures = Counter[str](), 0
    for number in range(1, times + 1):
        _edit_all(folder / "content", number)
        passed = _killed_after(rng.uniform(0.0, length), environment, folder / "steps")
        fell[passed] += 1
        problem = _what_is_wrong(environment, answered, number, folder)
        failures += bool(problem)
        print(f"{number:3d}  {passed:28s} {problem or 'whole'}", flush=True)
    print(f"\none sync takes {length:.1f} s; where {times} kills fell:")
    for step in ("before the first step", *FAULT_POINTS, "finished before the kill"):
        print(f"  {step:28s} {fell[step]:3d} {'#' * fell[step]}")
    return failures


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "HUB_CONTENT": str(folder / "content"),
        "HUB_INDEX": str(folder / "index"),
        "DATABASE_URL": f"sqlite:///{folder}/catalogue.sqlite",
        "PYTHONPATH": str(Path.cwd()),
    }


def _edit_all(content: Path, number: int) -> None:
    """Adds a sentence to every document; a file that is being rewritten is replaced in one step, as an editor does."""
    for file in content.glob("[a-z]*/*.md"):
        text = file.read_text("utf-8").split("\nRound ")[0].rstrip("\n")
        edited = file.with_suffix(".edited")
        edited.write_text(f"{text}\n\nRound {number}.\n", "utf-8")
        edited.replace(file)


def _killed_after(seconds: float, environment: dict[str, str], log: Path) -> str:
    """Starts a sync, kills it after some time, and gives the last step that it passed."""
    log.unlink(missing_ok=True)
    command = subprocess.Popen(
        [*HUB, "sync"],
        env=environment | {"HUB_FAULT_LOG": str(log)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        command.wait(seconds)
    except subprocess.TimeoutExpired:
        command.kill()
        command.wait()
    else:
        return "finished before the kill"
    return log.read_text("ascii").split()[-1] if log.exists() else "before the first step"


def _what_is_wrong(environment: dict[str, str], answered: int, number: int, folder: Path) -> str:
    """Empty when the hub answers as before and the next sync brings everything to the round's state."""
    if len(_hits(environment)) != answered:
        return "the question was answered otherwise after the kill"
    _run("sync", environment)
    if len(_hits(environment)) != answered:
        return "the question was answered otherwise after the next sync"
    again = json.loads(_run("sync", environment, "--json"))
    if again["added"] or again["changed"] or again["removed"] or again["rejected"]:
        return f"the next sync did not complete: {again}"
    texts = [file.read_text("utf-8") for file in (folder / "content").glob("[a-z]*/*.md")]
    if not all(f"Round {number}." in text for text in texts):
        return "an edit was lost"
    return ""


def _hits(environment: dict[str, str]) -> list[object]:
    hits: list[object] = json.loads(_run("search", environment, QUESTION, "--json"))
    return hits


def _run(command: str, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([*HUB, command, *arguments], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    main()

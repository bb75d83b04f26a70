"""How long one question takes: from a cold shell, inside the server, and as a whole page over HTTP.

    python -m benchmarks.question

Works on the content, catalogue and index of the settings (run `hub sync` before). "Inside the server" is
`Searcher.ask` as the page calls it: language, encoding, both legs, fusion, catalogue, marked words. The yardstick
in the same run is work that nobody can skip: reading the same hits from the catalogue.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from hub.catalogue import queries
from hub.catalogue.database import open_catalogue
from hub.search.ask import Searcher
from hub.settings import load_settings

QUESTIONS = (
    "How do we get residents to join a heat network?",
    "Hvordan får vi innbyggere med på fjernvarme?",
    "Hoe krijgen we bewoners mee met een warmtenet?",
    "Who pays when the pilot has ended and the grant is spent?",
    "Hvordan lykkes vi med medvirkning når de samme alltid møter opp?",
    "Hoe voorkom je dat een algoritme groepen inwoners benadeelt?",
)


def main() -> None:
    """Prints a table of p50 and p95 in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    settings = load_settings()
    catalogue = open_catalogue(settings.database_url)
    searcher = Searcher(catalogue, settings.index, settings.encoder)
    hits = [[hit.passage.id for hit in searcher.ask(question).hits] for question in QUESTIONS]

    def read_only(number: int) -> None:
        with catalogue.reading() as session:
            queries.passages(session, hits[number])

    rows = [
        ("reading the hits from the catalogue alone", _timed(read_only, rounds)),
        ("one question inside the server (ask)", _timed(lambda n: searcher.ask(QUESTIONS[n]), rounds)),
        ("hub search from a cold shell", _timed(_cold, 1)),
    ]
    print("| what | p50 ms | p95 ms |\n|---|---:|---:|")
    for name, times in rows:
        print(f"| {name} | {statistics.median(times):.1f} | {statistics.quantiles(times, n=20)[-1]:.1f} |")
    ratio = statistics.median(rows[1][1]) / statistics.median(rows[0][1])
    print(f"\nask takes {ratio:.1f} times what reading its hits from the catalogue takes.")


def _timed(work: Callable[[int], object], rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        for number in range(len(QUESTIONS)):
            began = time.perf_counter()
            work(number)
            times.append((time.perf_counter() - began) * 1000)
    return times


def _cold(number: int) -> None:
    command = [sys.executable, "-c", "from hub.cli import main; main()", "search", QUESTIONS[number], "--json"]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()

"""Reading the parallel texts: `*.tsv.gz` with the columns en, nb (or nn), nl, as `model-data/SOURCES.md`
describes.

Files with `.gpl.` in their name are never opened. Rows that hold a sentence of the hub's own test sets are
dropped here as well, because a deployer's file (`--extra`) has not been through the cleaning that SOURCES.md
reports.
"""

import csv
import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Row = tuple[str, str, str]
"""One text in English, Norwegian (Bokmål or Nynorsk) and Dutch; "" where a language is missing."""

_COLUMNS = ({"en"}, {"nb", "nn", "no"}, {"nl"})
_NOT_WORD = re.compile(r"\W+")


class DataError(Exception):
    """Training data that is absent or cannot be read; the text says what was expected and found."""


@dataclass(frozen=True)
class Source:
    """One file of parallel texts and how much its rows count, in a batch and for the vocabulary."""

    name: str
    path: Path
    share: float = 1.0
    word_share: float = 1.0


def find_sources(folder: Path) -> list[Path]:
    """Return the parallel texts of `folder` that may be trained on, in name order.

    :raises DataError: when the folder holds none.
    """
    paths = [path for path in sorted(folder.glob("*.tsv.gz")) if ".gpl." not in path.name]
    if not paths:
        raise DataError(f"No parallel texts: expected *.tsv.gz files in {folder}; pass the folder with --data.")
    return paths


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a TSV (gzip or plain) with at least two cells filled, whitespace collapsed.

    :raises DataError: when the header names fewer than two of the languages.
    """
    opener = gzip.open if path.suffix == ".gz" else Path.open
    with opener(path, "rt", encoding="utf-8") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(reader, [])
        places = [next((i for i, name in enumerate(header) if name in names), -1) for names in _COLUMNS]
        if sum(place >= 0 for place in places) < 2:
            raise DataError(f"{path}: expected a header with two of en, nb (or nn), nl; found {header}.")
        for cells in reader:
            en, no, nl = (" ".join(cells[i].split()) if 0 <= i < len(cells) else "" for i in places)
            if sum(map(bool, (en, no, nl))) >= 2:
                yield en, no, nl


def plain(text: str) -> str:
    """Reduce a text to what counts when two are compared: NFKC, lower case, words only."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def held_out(shared: Path) -> frozenset[str]:
    """Return the `plain` test sentences found under `shared` (FLORES-200, development questions); none if
    absent.
    """
    found: set[str] = set()
    flores = shared / "benchmarks" / "flores200-devtest.tsv"
    if flores.exists():
        for line in flores.read_text(encoding="utf-8").splitlines()[1:]:
            found.update(plain(cell) for cell in line.split("\t"))
    questions = shared / "questions-dev.jsonl"
    if questions.exists():
        for line in questions.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            found.update(plain(record[language]) for language in ("en", "nb", "nl"))
    return frozenset(found - {""})

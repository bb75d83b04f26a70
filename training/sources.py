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

_NORWEGIAN = ("nb", "nn", "no")
_TOPIC_LISTS = ("questions", "passages")
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

    A line with Bokmål and Nynorsk gives a row for each.

    A `.jsonl` file of topics (`training/texts/`) gives its headings, questions and passages.

    :raises DataError: when the header names fewer than two of the languages.
    """
    if path.suffix == ".jsonl":
        for topic in read_topics(path):
            yield from (topic.heading, *topic.questions, *topic.passages)
        return
    opener = gzip.open if path.suffix == ".gz" else Path.open
    with opener(path, "rt", encoding="utf-8") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(reader, [])
        english, dutch = (header.index(name) if name in header else -1 for name in ("en", "nl"))
        norwegian = [place for place, name in enumerate(header) if name in _NORWEGIAN] or [-1]
        if (english >= 0) + (dutch >= 0) + (norwegian[0] >= 0) < 2:
            raise DataError(f"{path}: expected a header with two of en, nb (or nn), nl; found {header}.")
        for cells in reader:
            for place in norwegian:
                en, no, nl = (
                    " ".join(cells[i].split()) if 0 <= i < len(cells) else "" for i in (english, place, dutch)
                )
                if sum(map(bool, (en, no, nl))) >= 2:
                    yield en, no, nl


@dataclass(frozen=True)
class Topic:
    """Questions and the passages that answer them, each in the three languages."""

    field: str
    heading: Row
    questions: tuple[Row, ...]
    passages: tuple[Row, ...]


def read_topics(path: Path) -> list[Topic]:
    """Read a file of topics; `field` is the file's name without its ending.

    :raises DataError: when a line is not a topic.
    """
    topics = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            record = json.loads(line)
            topics.append(Topic(path.stem, _row(record["heading"]), *(_rows(record, key) for key in _TOPIC_LISTS)))
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path}, line {number}: expected a topic (see training/texts/README.md); {error}"
            ) from error
    return topics


def _rows(record: dict[str, list[list[str]]], key: str) -> tuple[Row, ...]:
    return tuple(_row(cells) for cells in record[key])


def _row(cells: list[str]) -> Row:
    en, no, nl = (" ".join(cell.split()) for cell in cells)
    return en, no, nl


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

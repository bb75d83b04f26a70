"""The test material: FLORES-200 devtest, the development questions, the fact sheets and the published cases.

All but the cases lie in `../shared` and are read by `evaluate` alone.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from hub.documents.parse import ParsedDocument, parse
from training.measures import ndcg, rank_by_best, top1

LANGUAGES = ("en", "nb", "nl")
FLORES_PAIRS = (("en", "nb"), ("en", "nl"), ("nb", "nl"), ("en", "nn"), ("nn", "nl"), ("nb", "nn"))
_UNJUDGED = "methode-dynamische-leeragenda"
_POINT_FIELDS = (
    "problem",
    "done",
    "governance",
    "funding",
    "results",
    "difficulties",
    "lessons",
    "conditions",
)

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
Scorer = Callable[[Sequence[str], Sequence[str]], Vectors]
"""Questions and passages in, scores (questions, passages) out."""


@dataclass(frozen=True)
class Collection:
    """Passages, the case each belongs to, and the judged questions that they can answer."""

    owners: Sequence[str]
    passages: Sequence[str]
    questions: Sequence[Mapping[str, str]]
    grades: Sequence[Mapping[str, int]]


def flores(shared: Path) -> dict[str, list[str]]:
    """Return the 1,012 sentences in each of en, nb, nn, nl."""
    with (shared / "benchmarks" / "flores200-devtest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {name: [row[name] for row in rows] for name in ("en", "nb", "nn", "nl")}


def measure_flores(encode: Encode, shared: Path) -> dict[str, tuple[float, float]]:
    """Return top-1 accuracy in per cent for every pair of languages, there and back."""
    vectors = {name: encode(sentences) for name, sentences in flores(shared).items()}
    return {f"{a}-{b}": (top1(vectors[a], vectors[b]), top1(vectors[b], vectors[a])) for a, b in FLORES_PAIRS}


def fact_lines(shared: Path) -> Iterator[tuple[str, str]]:
    """Yield (case id, "title. point") for every point of every judged fact sheet."""
    for path in sorted((shared / "facts").glob("*/*.yaml")):
        sheet = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        if sheet["id"] != _UNJUDGED:
            for field in _POINT_FIELDS:
                for point in _points(sheet.get(field)):
                    yield sheet["id"], f"{sheet['title']}. {point}"


def _points(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield str(value.get("what") or value.get("text") or "")
    elif isinstance(value, list):
        for item in value:
            yield from _points(item)


def fact_sheets(shared: Path) -> Collection:
    """Return the lines of all fact sheets (English) with the answerable questions."""
    return _collection(list(fact_lines(shared)), shared)


def published_cases(content: Path, shared: Path) -> Collection:
    """Return the lessons and passages of the published cases in their own languages, under their titles."""
    passages: list[tuple[str, str]] = []
    for path in sorted((content / "cases").glob("*.md")):
        parsed = parse(f"cases/{path.name}", path.read_bytes())
        if isinstance(parsed, ParsedDocument):
            passages += [(parsed.name.id, text) for text in _texts(parsed)]
    return _collection(passages, shared)


def _texts(parsed: ParsedDocument) -> Iterator[str]:
    titles = parsed.data.title
    title = titles.get(parsed.data.language) or next(iter(titles.values()))
    for text in (*(lesson.text for lesson in parsed.data.lessons), *(passage.text for passage in parsed.passages)):
        yield f"{title}. {text}"


def _collection(passages: Sequence[tuple[str, str]], shared: Path) -> Collection:
    """Join passages with those questions that have a relevant case among them."""
    owners = [owner for owner, _ in passages]
    known = set(owners)
    text = (shared / "questions-dev.jsonl").read_text(encoding="utf-8")
    records = [record for record in map(json.loads, text.splitlines()) if known & set(record["relevant"])]
    grades = [{name: grade for name, grade in record["relevant"].items() if name in known} for record in records]
    return Collection(owners, [passage for _, passage in passages], records, grades)


def measure_questions(score: Scorer, collection: Collection) -> dict[str, list[float]]:
    """Return nDCG@10 over cases of every answerable question, per language it is asked in; a case at its best line."""
    values: dict[str, list[float]] = {}
    for language in LANGUAGES:
        scores = score([question[language] for question in collection.questions], collection.passages)
        values[language] = [
            ndcg(rank_by_best(row, collection.owners), grades)
            for row, grades in zip(scores, collection.grades, strict=True)
        ]
    return values

"""Stage `evaluate`: FLORES-200 devtest, the development questions, and optionally speed, as `RESULTS.md`.

It measures what is served (the int8 table), through the same `hub.search.encoder` that the hub uses. The test
material lies in `../shared` and is read here only.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from hub.search.encoder import Encoder, load_encoder
from hub.search.static_encoder import StaticEncoder
from training.measures import bootstrap_interval, ndcg, rank_by_best, top1
from training.publish import write_encoder
from training.settings import Settings
from training.sources import DataError
from training.speed import compare_speed

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


def measure_flores(encoder: Encoder, shared: Path) -> dict[str, tuple[float, float]]:
    """Return top-1 accuracy in per cent for every pair of languages, there and back."""
    with (shared / "benchmarks" / "flores200-devtest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    vectors = {name: encoder.encode([row[name] for row in rows]) for name in ("en", "nb", "nn", "nl")}
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


def measure_questions(encoder: Encoder, shared: Path) -> dict[str, list[float]]:
    """Return nDCG@10 of every answerable development question, per language it is asked in; dense only."""
    owners, lines = zip(*fact_lines(shared), strict=True)
    passages = encoder.encode(lines)
    text = (shared / "questions-dev.jsonl").read_text(encoding="utf-8")
    questions = [record for record in map(json.loads, text.splitlines()) if record["relevant"]]
    values: dict[str, list[float]] = {}
    for language in ("en", "nb", "nl"):
        scores = encoder.encode_questions([question[language] for question in questions]) @ passages.T
        values[language] = [
            ndcg(rank_by_best(row, owners), question["relevant"])
            for row, question in zip(scores, questions, strict=True)
        ]
    return values


def evaluate(settings: Settings, work: Path, name: str, shared: Path, out: Path, *, speed: bool) -> str:
    """Measure an encoder ("work": the last training) and write the table to `out`; returns it.

    :raises DataError: when the test material or the trained table is absent.
    """
    for needed in ("benchmarks/flores200-devtest.tsv", "questions-dev.jsonl", "facts"):
        if not (shared / needed).exists():
            raise DataError(f"Cannot evaluate: expected {shared / needed}, which is not there; name --shared.")
    encoder: Encoder
    if name == "work":
        write_encoder(settings, work, work / "served")
        encoder = StaticEncoder(work / "served")
    else:
        encoder = load_encoder(name)
    found: dict[str, Any] = {"encoder": name, "fingerprint": encoder.fingerprint}
    found["flores"] = measure_flores(encoder, shared)
    found["questions"] = measure_questions(encoder, shared)
    if speed:
        found["speed"] = compare_speed(encoder, settings, shared)
    table = results_table(found)
    out.write_text(table, encoding="utf-8")
    work.mkdir(parents=True, exist_ok=True)
    (work / "results.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    return table


def results_table(found: dict[str, Any]) -> str:
    """Return the Markdown of `RESULTS.md`."""
    lines = [
        "# What the encoder reaches",
        "",
        f"Written by `python -m training evaluate`; encoder `{found['encoder']}`, fingerprint "
        f"`{found['fingerprint']}`, as served (int8).",
        "",
        "FLORES-200 devtest, 1,012 sentences, nearest neighbour by cosine, top-1 in per cent:",
        "",
        "| pair | there | back |",
        "|---|---:|---:|",
        *(f"| {pair} | {there:.1f} | {back:.1f} |" for pair, (there, back) in found["flores"].items()),
        "",
        "22 development questions over the lines of the fact sheets (title + point, English), dense only,",
        "nDCG@10 with the 95 % bootstrap interval over questions (a setting was chosen on them: see",
        "`ABLATIONS.md`, last section):",
        "",
        "| asked in | nDCG@10 | interval |",
        "|---|---:|---|",
    ]
    for language, values in found["questions"].items():
        low, high = bootstrap_interval(values)
        lines.append(f"| {language} | {sum(values) / len(values):.3f} | {low:.3f} to {high:.3f} |")
    if "speed" in found:
        about = "Beside all-MiniLM-L6-v2 through sentence-transformers in one process; same new texts, one thread each:"
        lines += ["", about, ""]
        lines += ["| what | measured |", "|---|---:|"]
        lines += [f"| {what} | {value:,.2f} |" for what, value in found["speed"].items()]
    return "\n".join(lines) + "\n"

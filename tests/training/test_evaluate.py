"""Evaluating: the judged material, the table, and what it says when something is absent."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.training.conftest import Trained
from training.__main__ import main
from training.evaluate import bm25
from training.judged import fact_lines
from training.sources import DataError

SHEET = """
id: {id}
title: {title}
problem: [the old boilers are worn out]
results:
- what: {point}
  date: 2021
conditions: a patient council
"""


@pytest.fixture
def judged(shared: Path) -> Path:
    for number, (name, point) in enumerate([("heat", "a district heating network"), ("bikes", "a new cycle path")]):
        folder = shared / "facts" / ("en", "nl")[number]
        folder.mkdir(parents=True)
        sheet = SHEET.format(id=name, title=f"Town of {name}", point=point)
        (folder / f"{name}.yaml").write_text(sheet, encoding="utf-8")
    method = SHEET.format(id="methode-dynamische-leeragenda", title="A method", point="a learning agenda")
    (shared / "facts" / "nl" / "method.yaml").write_text(method, encoding="utf-8")
    questions = [
        {"en": "Where to build cycle paths?", "nb": "Sykkelvei?", "nl": "Een fietspad?", "relevant": {"bikes": 3}},
        {"en": "Who wins the cup?", "nb": "Hvem vinner?", "nl": "Wie wint?", "relevant": {}},
    ]
    lines = "\n".join(json.dumps(question) for question in questions)
    (shared / "questions-dev.jsonl").write_text(lines, encoding="utf-8")
    return shared


def test_every_point_of_a_judged_sheet_is_a_line_with_its_title(judged: Path) -> None:
    lines = list(fact_lines(judged))
    assert ("bikes", "Town of bikes. a new cycle path") in lines
    assert ("heat", "Town of heat. a patient council") in lines
    assert {name for name, _ in lines} == {"heat", "bikes"}
    assert len(lines) == 6


def test_evaluating_without_the_shared_folder_says_so(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["evaluate", "--shared", str(tmp_path)])
    assert isinstance(ran.exception, DataError)
    assert "flores200-devtest.tsv, which is not there" in str(ran.exception)


def test_bm25_finds_the_passage_that_shares_a_stem() -> None:
    scores = bm25()(["cycling paths"], ["district heating", "a cycle path", "a town"])
    assert scores.shape == (1, 3)
    assert scores[0].argmax() == 1


def test_evaluating_writes_the_table_and_leaves_unanswerable_questions_out(
    judged: Path, trained: Trained, tmp_path: Path
) -> None:
    out = tmp_path / "RESULTS.md"
    ran = CliRunner().invoke(
        main,
        [
            *("--work", str(tmp_path)),
            *("evaluate", "--encoder", str(trained.encoder), "--shared", str(judged), "--out", str(out)),
        ],
    )
    assert ran.exception is None, ran.output
    table = out.read_text(encoding="utf-8")
    assert f"fingerprint `{json.loads((trained.encoder / 'config.json').read_text())['fingerprint']}`" in table
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {name: len(values["en"]) for name, values in found["questions"].items()} == dict.fromkeys(
        ("BM25", "all-MiniLM-L6-v2", "static", "distilled", "whole"), 1
    )
    assert found["questions"]["all-MiniLM-L6-v2"]["en"] == [1.0]
    assert found["flores"]["whole"]["en-nb"] == [100.0, 100.0]

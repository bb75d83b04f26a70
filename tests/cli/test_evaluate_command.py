"""`hub evaluate` as its users call it, over some of the hub's own cases with the fast encoder."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from hub.catalogue.database import open_catalogue
from hub.catalogue.sync import sync
from hub.cli import main
from hub.documents.folder import ContentFolder
from hub.search.encoder import load_encoder
from hub.search.refresh import refresh

CASES: Final = Path(__file__).parents[2] / "content" / "cases"
HEAT, PARKING = "leeds-pipes-heat-network", "ghent-circulation-plan"
QUESTIONS: Final = [
    {
        "id": "heat",
        "en": "How do we get council flats onto a heat network?",
        "nb": "Hvordan får vi kommunale leiligheter på fjernvarme?",
        "nl": "Hoe krijgen we huurflats op een warmtenet?",
        "relevant": {HEAT: 3, "purmerend-overwhere-zuid-aardgasvrij": 2},
    },
    {
        "id": "cars",
        "en": "How do we keep cars out of the city centre?",
        "nb": "Hvordan holder vi biler ute av sentrum?",
        "nl": "Hoe houden we auto's uit het stadscentrum?",
        "relevant": {PARKING: 3},
    },
    {
        "id": "pie",
        "en": "Recipe for an apple pie with cinnamon",
        "nb": "Oppskrift på eplepai med kanel",
        "nl": "Recept voor appeltaart met kaneel",
        "relevant": {},
    },
]
# Exit code, stdout, stderr.
Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def index_of_some_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every twelfth case and those that the questions ask for; all of them with both encoders would take a minute."""
    folder = tmp_path_factory.mktemp("hub")
    (folder / "content" / "cases").mkdir(parents=True)
    wanted = {case for question in QUESTIONS for case in question["relevant"]}
    originals = [file for file in sorted(CASES.glob("*.md")) if file.stem.count(".") == 0]
    for number, file in enumerate(originals):
        if number % 12 == 0 or file.stem in wanted:
            shutil.copy(file, folder / "content" / "cases")
    catalogue = open_catalogue(f"sqlite:///{folder}/catalogue.sqlite")
    assert sync(catalogue, ContentFolder(folder / "content")).rejected == []
    refresh(catalogue, folder / "index", load_encoder("static"))
    catalogue.close()
    return folder / "index"


@pytest.fixture
def evaluate(
    index_of_some_cases: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Evaluate:
    monkeypatch.setenv("HUB_INDEX", str(index_of_some_cases))
    monkeypatch.setenv("HUB_ENCODER", "static")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite")

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hub", "evaluate", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        code = left.value.code
        return code if isinstance(code, int) else 0, told.out, told.err

    return call


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write(tmp_path / "questions.jsonl", *QUESTIONS)


def write(file: Path, *lines: object) -> Path:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return file


def test_all_figures_come_as_json(evaluate: Evaluate, questions: Path) -> None:
    code, out, err = evaluate(questions, "--json")
    found = json.loads(out)
    assert (code, err, found["variant"], found["questions"]) == (0, "", "all", 3)
    assert set(found["query_language"]) == {"en", "nb", "nl"}
    for figures in found["query_language"].values():
        assert 0.3 < figures["ndcg@10"] <= 1
        assert 0.3 < figures["recall@10"] <= 1
    for name in ("ndcg@10", "recall@10", "overlap@10"):
        assert 0 < found[name]["low"] <= found[name]["mean"] <= found[name]["high"] <= 1
    assert found["case_language"]["en"]["recall@10"]["en"] == 1, f"{HEAT} is English and asked for in English"
    assert found["no_good_answer"]["unanswerable_refused"] == 1
    assert 0.5 < found["no_good_answer"]["roc_auc"] <= 1


def test_what_is_printed_are_the_same_figures(evaluate: Evaluate, questions: Path) -> None:
    found = json.loads(evaluate(questions, "--json")[1])
    code, out, _ = evaluate(questions)
    assert code == 0
    assert "3 questions in three languages, ranked by: all" in out
    for language, figures in found["query_language"].items():
        told = f"asked in {language}  ndcg@10 {figures['ndcg@10']:.3f}, recall@10 {figures['recall@10']:.3f}"
        assert told in out
    mean, low, high = (found["ndcg@10"][part] for part in ("mean", "low", "high"))
    assert re.search(rf"^ndcg@10 +{mean:.3f} \({low:.3f} to {high:.3f}\)$", out, re.MULTILINE)
    assert "unanswerable refused: 1.000" in out


def test_several_files_are_measured_together(evaluate: Evaluate, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{number}.jsonl", question) for number, question in enumerate(QUESTIONS)]
    assert json.loads(evaluate(*files, "--json")[1])["questions"] == 3


def test_questions_that_nothing_answers_have_only_refusals(evaluate: Evaluate, tmp_path: Path) -> None:
    code, out, _ = evaluate(write(tmp_path / "none.jsonl", QUESTIONS[-1]))
    assert code == 0
    assert "unanswerable refused: 1.000" in out
    assert "ndcg" not in out


def test_two_ways_are_compared_paired_by_question(evaluate: Evaluate, questions: Path) -> None:
    code, out, _ = evaluate(questions, "--compare", "dense", "all", "--json")
    found = json.loads(out)
    assert (code, found["compared"]) == (0, ["dense", "all"])
    ways = {way: json.loads(evaluate(questions, "--variant", way, "--json")[1]) for way in ("dense", "all")}
    for language in ("en", "nb", "nl"):
        gain = found["gain in ndcg@10"][language]
        dense, all_steps = (ways[way]["query_language"][language]["ndcg@10"] for way in ("dense", "all"))
        assert gain["mean"] == pytest.approx(all_steps - dense)
        assert gain["low"] <= gain["mean"] <= gain["high"]
    pooled = found["gain in ndcg@10"]["pooled"]["mean"]
    assert pooled == pytest.approx(ways["all"]["ndcg@10"]["mean"] - ways["dense"]["ndcg@10"]["mean"])
    assert pooled != 0
    assert f"pooled  {pooled:.3f} (" in evaluate(questions, "--compare", "dense", "all")[1]


def test_a_file_that_is_no_questions_ends_in_one_sentence(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write(tmp_path / "questions.jsonl", QUESTIONS[0], {"id": "only"})
    code, out, err = evaluate(file)
    assert (code, out) == (1, "")
    assert err.startswith(f"hub: Line 2 of {file} is no judged question; expected an object with id, en, nb, nl")
    assert err.count("\n") == 1
    assert err.endswith("Correct the line.\n")


def test_a_file_that_is_no_text_ends_in_one_sentence(evaluate: Evaluate, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b"\xff\xfe{}")
    code, _, err = evaluate(file)
    assert (code, err.count("\n")) == (1, 1)


def test_a_file_that_is_not_there_is_named(evaluate: Evaluate, tmp_path: Path) -> None:
    code, _, err = evaluate(tmp_path / "nowhere.jsonl")
    assert code == 2
    assert "nowhere.jsonl' does not exist" in err


def test_a_way_of_ranking_that_there_is_not_is_refused(evaluate: Evaluate, questions: Path) -> None:
    code, _, err = evaluate(questions, "--compare", "dense", "magic")
    assert code == 2
    assert "'magic' is not one of" in err


def test_the_command_offers_every_variant_that_can_be_measured() -> None:
    from hub.cli.evaluate import _VARIANTS
    from hub.search.evaluate import VARIANTS

    assert tuple(VARIANTS) == _VARIANTS

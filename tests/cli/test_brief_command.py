"""`hub brief`: the brief in the shell, in three forms and three languages."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUESTION = "Hvordan får vi innbyggere med på fjernvarme?"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`hub brief …` on the tiny world, indexed with the bundled encoder's static part."""
    from hub.catalogue.database import open_catalogue
    from hub.catalogue.sync import sync
    from hub.documents.folder import ContentFolder
    from hub.search.encoder import load_encoder
    from hub.search.refresh import refresh
    from tests.tiny_world import write_world

    folder = tmp_path_factory.mktemp("hub")
    content = write_world(folder / "content")
    catalogue = open_catalogue(f"sqlite:///{folder}/catalogue.sqlite")
    assert sync(catalogue, ContentFolder(content)).rejected == []
    refresh(catalogue, folder / "index", load_encoder("static"))
    catalogue.close()
    settings = {
        "HUB_CONTENT": str(content),
        "HUB_INDEX": str(folder / "index"),
        "DATABASE_URL": f"sqlite:///{folder}/catalogue.sqlite",
        "HUB_ENCODER": "static",
        "HUB_BASE_URL": "https://hub.example/",
        "HUB_TRUSTED_HOSTS": "hub.example",
    }

    def call(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from hub.cli import main; main()", "brief", *arguments]
        environment = os.environ | settings | changes
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    return call


def test_the_text_names_lesson_case_place_evidence_confidence_and_address(run: Run) -> None:
    done = run(QUESTION)
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(done.stdout.split())
    assert QUESTION.upper() in words
    assert "Prisen kom for sent" in words
    assert "https://hub.example/id/tromso-fjernvarme@1#pris" in words
    assert "Tromsø, Norway" in words
    assert "Evidence E0 Testimony; Confidence: Medium" in words
    assert max(map(len, done.stdout.splitlines())) <= 120


@pytest.mark.parametrize(("language", "heading"), [("en", "What did not work"), ("no", "Hva som ikke virket")])
def test_markdown_comes_in_the_readers_language(run: Run, language: str, heading: str) -> None:
    done = run(QUESTION, "--language", language, "--format", "md")
    assert done.stdout.startswith(f"# {QUESTION}\n")
    assert heading in done.stdout


def test_json_holds_the_brief_with_its_digest(run: Run) -> None:
    found = json.loads(run(QUESTION, "--format", "json").stdout)
    assert found["question"] == QUESTION
    assert len(found["hash"]) == 16
    assert "tromso-fjernvarme" in found["documents"]


def test_a_filter_is_kept_with_the_brief_and_holds_for_it(run: Run) -> None:
    found = json.loads(run(QUESTION, "--format", "json", "--filter", "country=NL").stdout)
    assert found["filters"] == {"country": ["NL"]}
    assert set(found["documents"]) <= {"zaanstad-warmtenet"}


def test_no_good_answer_is_said(run: Run) -> None:
    done = run("Recipe for an apple pie with cinnamon")
    assert done.returncode == 0
    assert "No good answer yet" in done.stdout


@pytest.mark.parametrize("arguments", [(" ",), ("heat", "--filter", "colour=blue"), ("heat", "--format", "pdf")])
def test_what_makes_no_sense_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_without_an_index_the_command_says_what_to_run(run: Run, tmp_path: Path) -> None:
    done = run("heat", HUB_INDEX=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Run `hub index`" in done.stderr
    assert "Traceback" not in done.stderr

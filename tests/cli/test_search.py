"""`hub search` as a program uses it: hits as JSON, an empty list for no answer, and a quick start."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub.catalogue.database import open_catalogue
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder
from hub.search.encoder import load_encoder
from hub.search.refresh import refresh

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def index_of_the_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hub's own content with the bundled encoder; its files are stamped, so that sync writes none of them."""
    folder = tmp_path_factory.mktemp("hub")
    catalogue = open_catalogue(f"sqlite:///{folder}/catalogue.sqlite")
    assert sync(catalogue, ContentFolder(ROOT / "content")).rejected == []
    refresh(catalogue, folder / "index", load_encoder())
    catalogue.close()
    return folder / "index"


def hub(index: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from hub.cli import main; main()", "search", *arguments]
    environment = os.environ | {"HUB_INDEX": str(index), "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_hits_are_a_json_list_with_what_is_promised(index_of_the_content: Path) -> None:
    done = hub(index_of_the_content, "Hvordan får vi innbyggere med på fjernvarme?", "--json")
    hits = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(hits) > 3
    for hit in hits:
        assert {"id", "kind", "language", "score", "role", "text"} <= set(hit)
    assert {"purmerend-overwhere-zuid-aardgasvrij", "leeds-pipes-heat-network"} <= {hit["id"] for hit in hits}
    assert ["fjernvarme", "warmtenet"] in [pair for hit in hits for pair in hit["corresponding"]]


@pytest.mark.parametrize(
    "question",
    [
        "How do we get residents to join a heat network?",
        "Hvordan får vi innbyggere med på fjernvarme?",
        "Hoe krijgen we bewoners mee met een warmtenet?",
    ],
)
def test_each_question_of_the_readme_finds_lessons_in_two_languages(index_of_the_content: Path, question: str) -> None:
    hits = json.loads(hub(index_of_the_content, question, "--json").stdout)
    assert len({hit["language"] for hit in hits if hit["role"] == "lesson"}) >= 2
    assert f'hub search "{question}"' in (ROOT / "README.md").read_text("utf-8")


def test_why_names_the_strongest_pairs_of_words_and_their_sum(index_of_the_content: Path) -> None:
    question = "Hvordan får vi innbyggere med på fjernvarme?"
    hits = json.loads(hub(index_of_the_content, question, "--why", "--json").stdout)
    assert hits
    for hit in hits:
        parts = [part for _, _, part in hit["why"]["pairs"]]
        assert len(parts) <= 5
        assert parts == sorted(parts, reverse=True)
        assert hit["why"]["sum"] == pytest.approx(sum(parts), abs=0.0005)
        assert hit["why"]["likeness"] < 1
    pairs = {(asked, read.casefold()) for hit in hits for asked, read, _ in hit["why"]["pairs"]}
    assert ("fjernvarme", "warmtenet") in pairs
    told = hub(index_of_the_content, question, "--why").stdout
    assert told.count("   why: ") == len(hits)
    assert re.search(
        r"why: (.+ ~ .+ 0\.\d{3}, )*.+ ~ .+ 0\.\d{3}; together 0\.\d{3}; likeness by all words 0\.\d{3}", told
    )
    assert "why" not in json.loads(hub(index_of_the_content, question, "--json").stdout)[0]


def test_a_question_without_a_good_answer_gives_an_empty_list(index_of_the_content: Path) -> None:
    assert json.loads(hub(index_of_the_content, "Recipe for an apple pie with cinnamon", "--json").stdout) == []


def test_a_filter_that_does_not_exist_is_explained(index_of_the_content: Path) -> None:
    done = hub(index_of_the_content, "heat", "--filter", "colour=blue")
    assert done.returncode == 2
    assert "FACET=VALUE" in done.stderr
    assert "polarity" in done.stderr


def test_a_filter_narrows_the_hits(index_of_the_content: Path) -> None:
    everywhere = json.loads(hub(index_of_the_content, "warmtenet", "--json").stdout)
    hits = json.loads(hub(index_of_the_content, "warmtenet", "--filter", "country=GB", "--json").stdout)
    documents = (ROOT / "content").glob("*/*.md")
    british = {path.stem for path in documents if re.search(r"country: \"?GB", path.read_text(encoding="utf-8"))}
    assert {hit["id"] for hit in hits} <= british
    assert not {hit["id"] for hit in everywhere} <= british


def test_without_an_index_the_command_says_what_to_run(tmp_path: Path) -> None:
    done = hub(tmp_path, "heat")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Run `hub index`" in done.stderr
    assert "Traceback" not in done.stderr


def test_bytes_that_are_no_text_are_survived(index_of_the_content: Path) -> None:
    command = [sys.executable, "-c", "from hub.cli import main; main()", "search", b"\xff varme", "--json"]
    environment = os.environ | {"HUB_INDEX": str(index_of_the_content)}
    assert subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_a_question_from_the_shell_loads_neither_torch_nor_the_web_nor_the_database(index_of_the_content: Path) -> None:
    heavy = ("torch", "sentence_transformers", "flask", "sqlalchemy", "alembic", "pydantic", "gunicorn")
    code = (
        "import sys; from hub.cli import cli; cli(['search', 'varme', '--json'], standalone_mode=False);"
        f"print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    environment = os.environ | {"HUB_INDEX": str(index_of_the_content)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"

"""`hub stats` and `hub export`, as a researcher sees them."""

import csv
import io
import json
from pathlib import Path

import pytest

from hub.catalogue.database import CatalogueError
from tests.cli.conftest import Hub

CASES = ["tromso-fjernvarme", "voss-ferje", "zaanstad-warmtenet"]


def test_stats_counts_documents_lessons_and_facets(synced: Hub) -> None:
    result = synced("stats")
    assert result.exit_code == 0
    assert result.stdout.startswith("5 documents, 4 lessons, ")
    assert "\nkind: case 3, organisation 1, programme 1\n" in result.stdout
    assert "\nlanguage: no 3, en 1, nl 1\n" in result.stdout
    assert "\nconfidence: " in result.stdout


def test_stats_as_json_can_be_counted_with(synced: Hub) -> None:
    found = json.loads(synced("stats", "--json").stdout)
    assert (found["documents"], found["lessons"]) == (5, 4)
    assert sum(found["confidence"].values()) == 5
    assert found["facets"]["country"] == {"NO": 3, "NL": 1}


@pytest.mark.parametrize("command", [("stats",), ("export", "cases.csv")])
def test_before_the_first_sync_one_is_told_to_sync(hub: Hub, command: tuple[str, ...]) -> None:
    result = hub(*command)
    assert result.exit_code == 1
    assert isinstance(result.exception, CatalogueError)
    assert "Run `hub sync` first." in str(result.exception)


def test_json_lines_hold_every_case_completely(synced: Hub, tmp_path: Path, content: Path) -> None:
    result = synced("export", "cases.jsonl")
    assert (result.exit_code, result.stderr) == (0, "3 cases in cases.jsonl\n")
    rows = [json.loads(line) for line in (tmp_path / "cases.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == CASES
    tromso = rows[0]
    assert tromso["title"]["nb"] == "Fjernvarme på Tromsøya: naboene ville ikke"
    assert tromso["about"]["places"][0]["codes"] == [{"code": "0301", "scheme": "other", "valid_in": "2020"}]
    assert [lesson["id"] for lesson in tromso["lessons"]] == ["dorbank", "pris"]
    assert tromso["lessons"][1]["sources"] == [1]
    assert (tromso["version"], tromso["phase"], tromso["licence"]) == (1, "experiment", "CC-BY-4.0")
    assert (content / "cases/tromso-fjernvarme.md").read_text("utf-8").endswith("---\n" + tromso["body"])


def test_an_honest_gap_is_exported_as_one(synced: Hub) -> None:
    rows = [json.loads(line) for line in synced("export", "-").stdout.splitlines()]
    assert [row["id"] for row in rows] == CASES
    assert rows[1]["confidence"] == "unknown"


def test_a_table_has_one_row_a_case(synced: Hub, tmp_path: Path) -> None:
    assert synced("export", "cases.csv").exit_code == 0
    text = (tmp_path / "cases.csv").read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [row["id"] for row in rows] == CASES
    tromso, voss, zaanstad = rows
    assert tromso["title"] == "Fjernvarme på Tromsøya: naboene ville ikke"
    assert (tromso["title_en"], tromso["country"], tromso["place"]) == ("District heating in Tromsø", "NO", "Tromsø")
    assert (tromso["themes"], tromso["lessons"]) == ("energy_transition; democracy_participation", "2")
    assert (voss["summary_en"], voss["confidence"], zaanstad["confidence"]) == ("", "unknown", "high")
    assert all(None not in row and None not in row.values() for row in rows)


def test_a_retired_case_is_not_exported(synced: Hub, content: Path) -> None:
    file = content / "cases/voss-ferje.md"
    file.write_text(file.read_text("utf-8").replace("status: published", "status: retired"), "utf-8")
    assert synced("sync").exit_code == 0
    assert [json.loads(line)["id"] for line in synced("export", "-").stdout.splitlines()] == [CASES[0], CASES[2]]


@pytest.mark.parametrize("name", ["cases.xlsx", "cases", "cases.CSV.gz"])
def test_another_kind_of_file_is_explained(synced: Hub, tmp_path: Path, name: str) -> None:
    result = synced("export", name)
    assert result.exit_code == 2
    assert f"expected a file that ends in .jsonl or .csv; found '{name}'." in result.stderr
    assert not (tmp_path / name).exists()


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(synced: Hub, tmp_path: Path) -> None:
    before = {*tmp_path.iterdir()}
    result = synced("export", "nowhere/cases.csv")
    assert result.exit_code == 1
    assert "Could not open file 'nowhere/cases.csv': No such file or directory" in result.stderr
    assert {*tmp_path.iterdir()} == before

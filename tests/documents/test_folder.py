"""The folder as a whole: documents that do not fit together are told, and kept versions are found wherever they lie."""

from pathlib import Path

import pytest

from hub.documents.folder import ContentFolder
from hub.documents.parse import name_of
from hub.documents.problems import Problem
from tests.tiny_world import WORLD, case, write, write_world

PATH = "insights/as-sykkelvei.md"
NAME = name_of(PATH)


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    """An empty folder."""
    return ContentFolder(tmp_path)


def test_a_world_that_fits_together_has_no_problems(folder: ContentFolder) -> None:
    write_world(folder.root)
    reading = folder.read()
    assert reading.problems == []
    assert {*reading.documents, *reading.translations} == {*WORLD}


def test_of_two_documents_with_one_id_the_second_is_told_about_the_first(folder: ContentFolder) -> None:
    text = WORLD["organisations/tromso-kommune.md"]
    for kind in ("organisations", "insights", "questions"):
        write(folder.root, f"{kind}/as-sykkelvei.md", text if kind != "questions" else "broken")
    reading = folder.read()
    assert [*reading.documents] == [PATH]
    assert [problem for problem in reading.problems if problem.path != "questions/as-sykkelvei.md"] == [
        Problem(
            "an id of its own",
            f"as-sykkelvei, which is the id of {PATH}",
            "Give one of the two another name; ids are never used twice.",
            path="organisations/as-sykkelvei.md",
        )
    ]


def test_a_translation_without_its_original_is_told_what_is_missing(folder: ContentFolder) -> None:
    path = "cases/nowhere.en.md"
    write(folder.root, path, WORLD["cases/tromso-fjernvarme.en.md"])
    reading = folder.read()
    assert reading.translations == {}
    mend = "Publish nowhere.md in the same folder, or rename the translation."
    expected = Problem("a translation beside its original", "no cases/nowhere.md", mend, path=path)
    assert reading.problems == [expected]


def test_a_translation_of_an_original_with_errors_is_not_blamed_for_them(folder: ContentFolder) -> None:
    write(folder.root, "cases/as-sykkelvei.md", "broken")
    write(folder.root, "cases/as-sykkelvei.en.md", WORLD["cases/tromso-fjernvarme.en.md"])
    assert [problem.path for problem in folder.read().problems] == ["cases/as-sykkelvei.md"]


# Kept versions


def test_a_version_kept_before_a_document_moved_is_found_after_it(folder: ContentFolder) -> None:
    folder.keep_version(name_of("cases/as-sykkelvei.md"), 1, "first")
    folder.keep_version(NAME, 1, "another first")
    folder.keep_version(NAME, 2, "second")
    assert [*folder.versions(NAME)] == [1, 2]
    assert [folder.version(NAME, number) for number in (1, 2, 3)] == ["first", "second", None]


def test_of_two_versions_with_one_number_that_of_the_present_folder_is_taken(folder: ContentFolder) -> None:
    for kind in ("cases", "insights", "organisations"):
        write(folder.root, f".versions/{kind}/as-sykkelvei/1.md", kind)
    assert folder.version(NAME, 1) == "insights"


@pytest.mark.parametrize("name", ["0.md", "01.md", "notes.md", "1.txt", "٣.md", "99999999999999999999.md", "-1.md"])
def test_what_has_no_number_of_a_version_is_none(folder: ContentFolder, name: str) -> None:
    write(folder.root, f".versions/insights/as-sykkelvei/{name}", case())
    assert folder.versions(NAME) == {}
    assert [*folder.withdrawn()] == []


def test_a_kept_version_that_is_not_utf8_counts_but_has_no_text(folder: ContentFolder) -> None:
    write(folder.root, ".versions/insights/as-sykkelvei/1.md", b"\xff")
    assert [*folder.versions(NAME)] == [1]
    assert folder.version(NAME, 1) is None


@pytest.mark.parametrize("spoilt", [b"\xff", b"no front matter", b"---\na: b: c\n---\n"])
def test_a_spoilt_version_is_replaced_when_the_document_is_withdrawn(folder: ContentFolder, spoilt: bytes) -> None:
    write(folder.root, ".versions/insights/as-sykkelvei/1.md", spoilt)
    folder.withdraw(NAME, 1, "---\nstatus: retired\n---\n")
    assert folder.version(NAME, 1) == "---\nstatus: retired\n---\n"
    folder.withdraw(NAME, 1, "a day later")
    assert folder.version(NAME, 1) == "---\nstatus: retired\n---\n"


def test_the_newest_version_of_each_withdrawn_document_is_found(folder: ContentFolder) -> None:
    write(folder.root, "cases/still-there.md", case())
    for path in ("cases/still-there/1", "cases/as-sykkelvei/9", "insights/as-sykkelvei/10", "insights/as-sykkelvei/2"):
        write(folder.root, f".versions/{path}.md", case())
    kept = folder.root / ".versions/insights/as-sykkelvei/10.md"
    assert [*folder.withdrawn()] == [(PATH, kept)]

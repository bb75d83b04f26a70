"""`sync` makes the catalogue say what the files say, and the files can always make it again."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.catalogue import queries
from hub.catalogue.database import Catalogue
from hub.catalogue.models import DocumentRow
from hub.catalogue.sync import SyncError, SyncReport, sync
from hub.documents.folder import ContentFolder
from hub.documents.parse import name_of
from hub.documents.problems import Problem
from tests.catalogue.dumps import JULY, JUNE, dump, files, from_scratch, sync_on, titles
from tests.tiny_world import WORLD, WriteCase, case, write

TROMSO = "cases/tromso-fjernvarme.md"
VOSS = "cases/voss-ferje.md"
IDS = ["tromso-fjernvarme", "voss-ferje", "zaanstad-warmtenet", "nordlys", "tromso-kommune"]


@pytest.fixture
def published(catalogue: Catalogue, content: Path) -> SyncReport:
    """What the first sync of the tiny world reported, in June."""
    return sync_on(catalogue, content)


def replace(content: Path, path: str, old: str, new: str) -> None:
    text = (content / path).read_text("utf-8")
    assert old in text
    write(content, path, text.replace(old, new))


def row(catalogue: Catalogue, document_id: str) -> DocumentRow:
    with catalogue.reading() as session:
        return session.get_one(DocumentRow, document_id)


def kept(content: Path, path: str, version: int) -> str | None:
    return ContentFolder(content).version(name_of(path), version)


def test_the_first_sync_adds_every_document_and_translation(published: SyncReport) -> None:
    assert published.added == [*IDS, "tromso-fjernvarme.en"]
    assert (published.changed, published.removed, published.rejected, published.unchanged) == ([], [], [], 0)


def test_a_second_sync_changes_nothing(catalogue: Catalogue, content: Path, published: SyncReport) -> None:
    rows, record = dump(catalogue), files(content)
    with catalogue.reading() as session:
        revision = queries.revision(session)
    assert sync_on(catalogue, content, JULY) == SyncReport(unchanged=len(WORLD))
    assert (dump(catalogue), files(content)) == (rows, record)
    with catalogue.reading() as session:
        assert queries.revision(session) == revision


@pytest.mark.usefixtures("published")
def test_a_new_file_is_given_its_version_and_dates_and_keeps_its_comments(content: Path) -> None:
    stamps = "version: 1\npublished: '2024-06-01'\nmodified: '2024-06-01'\nstatus: published\n"
    head, body = WORLD[TROMSO].split("\n---\n", 1)
    assert (content / TROMSO).read_text("utf-8") == f"{head}\n{stamps}---\n{body}"


def test_a_file_that_says_its_version_and_dates_is_left_as_it_is(
    catalogue: Catalogue, content: Path, write_case: WriteCase
) -> None:
    path = write_case(version="4", published="2019-01-02", modified="2020-03-04")
    before = (content / path).read_bytes()
    sync_on(catalogue, content)
    found = row(catalogue, "as-sykkelvei")
    assert (found.version, found.published, found.modified) == (4, "2019-01-02", "2020-03-04")
    assert (content / path).read_bytes() == before


@pytest.mark.usefixtures("published")
def test_an_edited_file_gets_the_next_version_and_the_former_text_is_kept(catalogue: Catalogue, content: Path) -> None:
    former = (content / VOSS).read_text("utf-8")
    replace(content, VOSS, "Ferja låg ved kai", "Ferja låg til kai")
    report = sync_on(catalogue, content, JULY)
    assert (report.added, report.changed, report.unchanged) == ([], ["voss-ferje"], len(WORLD) - 1)
    found = row(catalogue, "voss-ferje")
    assert (found.version, found.published, found.modified) == (2, "2024-06-01", "2024-07-15")
    assert "til kai" in found.body
    assert kept(content, VOSS, 1) == former
    assert "version: 2\npublished: '2024-06-01'\nmodified: '2024-07-15'\n" in (content / VOSS).read_text("utf-8")


@pytest.mark.usefixtures("published")
def test_a_former_text_is_kept_also_when_the_author_counted_the_version_up(catalogue: Catalogue, content: Path) -> None:
    former = (content / VOSS).read_text("utf-8")
    replace(content, VOSS, "version: 1", "version: 2")
    sync_on(catalogue, content, JULY)
    assert (row(catalogue, "voss-ferje").version, kept(content, VOSS, 1)) == (2, former)


def test_every_version_that_was_published_can_be_read_again(catalogue: Catalogue, content: Path) -> None:
    texts = []
    for number in range(3):
        write(content, VOSS, WORLD[VOSS] + f"Utgave {number}.\n")
        sync_on(catalogue, content)
        texts.append((content / VOSS).read_text("utf-8"))
    assert [kept(content, VOSS, 1), kept(content, VOSS, 2), row(catalogue, "voss-ferje").source] == texts


BROKEN = {
    "broken front matter": "---\ntitle: a: b: c\n---\n",
    "a missing field": case(licence=None),
    "no UTF-8": case().encode("latin-1"),
    "script": case("<script>alert(1)</script>\n"),
    "nothing": "",
    "NUL": case("\0"),
}


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_file_that_was_broken_changes_nothing_that_was_published(
    catalogue: Catalogue, content: Path, broken: str | bytes
) -> None:
    rows = dump(catalogue)
    write(content, TROMSO, broken)
    write(content, "cases/tromso-fjernvarme.en.md", broken)
    record = files(content)
    report = sync_on(catalogue, content, JULY)
    assert report.rejected == ["cases/tromso-fjernvarme.en.md", TROMSO]
    assert (report.added, report.changed, report.removed) == ([], [], [])
    assert (dump(catalogue), files(content)) == (rows, record)


def test_a_bad_file_stops_none_of_the_others(catalogue: Catalogue, content: Path, write_case: WriteCase) -> None:
    write_case("a-first", title="a: b: c")
    write_case("z-last")
    report = sync_on(catalogue, content)
    assert report.rejected == ["cases/a-first.md"]
    assert {*IDS, "z-last"} <= {*report.added}


def test_an_id_belongs_to_the_file_that_was_published_under_it(
    catalogue: Catalogue, content: Path, published: SyncReport
) -> None:
    write(content, "agreements/tromso-kommune.md", case())
    write(content, "questions/tromso-kommune.md", WORLD["organisations/tromso-kommune.md"] + "x\n")
    rows = dump(catalogue)
    report = sync_on(catalogue, content)
    assert report.rejected == ["agreements/tromso-kommune.md", "questions/tromso-kommune.md"]
    assert dump(catalogue) == rows


def test_of_two_new_files_with_one_id_the_second_is_told_about_the_first(catalogue: Catalogue, content: Path) -> None:
    write(content, "insights/nordlys.md", WORLD["organisations/tromso-kommune.md"])
    report = sync_on(catalogue, content)
    assert report.problems == [
        Problem(
            "an id of its own",
            "nordlys, which is the id of insights/nordlys.md",
            "Give one of the two another name; ids are never used twice.",
            path="programmes/nordlys.md",
        )
    ]
    assert row(catalogue, "nordlys").kind == "insight"


def test_a_notice_is_reported_and_rejects_nothing(catalogue: Catalogue, content: Path, write_case: WriteCase) -> None:
    path = write_case(language="no")
    report = sync_on(catalogue, content)
    assert [(problem.path, problem.severity) for problem in report.problems] == [(path, "notice")]
    assert report.rejected == []
    assert row(catalogue, "as-sykkelvei").language == "nb"


@pytest.mark.usefixtures("published")
def test_a_deleted_file_leaves_a_withdrawn_document_with_its_date(catalogue: Catalogue, content: Path) -> None:
    (content / VOSS).unlink()
    assert sync_on(catalogue, content, JULY).removed == ["voss-ferje"]
    found = row(catalogue, "voss-ferje")
    assert (found.withdrawn, found.status, found.modified) == (True, "retired", "2024-07-15")
    assert "voss-ferje" not in titles(catalogue)
    assert not [passage for passage in dump(catalogue)["passages"] if passage["document_id"] == "voss-ferje"]
    assert sync_on(catalogue, content) == SyncReport(unchanged=len(WORLD) - 1)


@pytest.mark.usefixtures("published")
def test_a_deleted_file_that_comes_back_is_the_next_version(catalogue: Catalogue, content: Path) -> None:
    text = (content / VOSS).read_text("utf-8")
    (content / VOSS).unlink()
    sync_on(catalogue, content)
    write(content, VOSS, text)
    assert sync_on(catalogue, content, JULY).added == ["voss-ferje"]
    found = row(catalogue, "voss-ferje")
    assert (found.withdrawn, found.version, found.published) == (False, 2, "2024-06-01")


@pytest.mark.usefixtures("published")
def test_a_retired_document_is_kept_but_not_found(catalogue: Catalogue, content: Path) -> None:
    replace(content, VOSS, "status: published", "status: retired")
    sync_on(catalogue, content)
    assert (row(catalogue, "voss-ferje").status, row(catalogue, "voss-ferje").withdrawn) == ("retired", False)
    assert "voss-ferje" not in {found["document_id"] for found in dump(catalogue)["passages"]}


@pytest.mark.usefixtures("published")
def test_a_file_moved_to_another_folder_is_the_same_document_of_another_kind(
    catalogue: Catalogue, content: Path
) -> None:
    (content / "insights").mkdir()
    (content / "organisations/tromso-kommune.md").rename(content / "insights/tromso-kommune.md")
    report = sync_on(catalogue, content, JULY)
    assert (report.changed, report.removed, report.rejected) == (["tromso-kommune"], [], [])
    found = row(catalogue, "tromso-kommune")
    assert (found.kind, found.path, found.version) == ("insight", "insights/tromso-kommune.md", 1)


@pytest.mark.usefixtures("published")
def test_a_file_broken_on_the_way_to_another_folder_stays_published(catalogue: Catalogue, content: Path) -> None:
    rows = dump(catalogue)
    (content / TROMSO).rename(content / "organisations/tromso-fjernvarme.md")
    assert sync_on(catalogue, content, JULY).rejected == ["organisations/tromso-fjernvarme.md"]
    assert dump(catalogue) == rows


@pytest.mark.usefixtures("published")
def test_a_document_and_its_translation_can_be_moved_together(catalogue: Catalogue, content: Path) -> None:
    translation = WORLD["cases/tromso-fjernvarme.en.md"]
    write(content, "programmes/nordlys.en.md", translation)
    sync_on(catalogue, content)
    (content / "insights").mkdir()
    text = (content / "programmes/nordlys.md").read_text("utf-8")
    write(content, "insights/nordlys.md", text[: text.index("cohorts:")] + text[text.index("licence:") :])
    write(content, "insights/nordlys.en.md", translation)
    (content / "programmes/nordlys.md").unlink()
    (content / "programmes/nordlys.en.md").unlink()
    report = sync_on(catalogue, content)
    assert (report.changed, report.removed, report.rejected) == (["nordlys", "nordlys.en"], [], [])
    assert sync_on(catalogue, content) == SyncReport(unchanged=len(WORLD) + 1)


@pytest.mark.usefixtures("published")
def test_an_edit_saved_while_the_files_are_read_is_left_alone_and_taken_in_at_the_next_sync(
    catalogue: Catalogue, content: Path
) -> None:
    replace(content, VOSS, "Ferja låg", "Ferja stod")

    def save_at_the_end(done: int, total: int) -> None:
        if done == total:
            replace(content, VOSS, "Ferja stod", "Ferja venta")

    report = sync(catalogue, ContentFolder(content), today=JULY, progress=save_at_the_end)
    assert report.problems == [
        Problem(
            "the file as it was read",
            "that it was saved since",
            "It is left as it is and taken in at the next sync.",
            path=VOSS,
            severity="notice",
        )
    ]
    assert (report.changed, report.rejected) == ([], [])
    assert "Ferja venta" in (content / VOSS).read_text("utf-8")
    assert "Ferja låg" in row(catalogue, "voss-ferje").body
    assert sync_on(catalogue, content, JULY).changed == ["voss-ferje"]
    assert (row(catalogue, "voss-ferje").version, "Ferja venta" in row(catalogue, "voss-ferje").body) == (2, True)


def test_a_new_file_deleted_while_the_files_are_read_does_not_come_back(
    catalogue: Catalogue, content: Path, write_case: WriteCase
) -> None:
    file = content / write_case()

    def delete_at_the_end(done: int, total: int) -> None:
        if done == total:
            file.unlink()

    report = sync(catalogue, ContentFolder(content), progress=delete_at_the_end)
    assert (file.exists(), report.rejected, "as-sykkelvei" in report.added) == (False, [], False)


@pytest.mark.usefixtures("published")
def test_a_version_that_no_database_holds_rejects_its_file_and_stops_none_of_the_others(
    catalogue: Catalogue, content: Path, write_case: WriteCase
) -> None:
    replace(content, VOSS, "version: 1", "version: 99999999999999999999")
    write_case("z-last", version="1000000")
    report = sync_on(catalogue, content)
    assert (report.added, report.rejected) == (["z-last"], [VOSS])
    assert (row(catalogue, "z-last").version, row(catalogue, "voss-ferje").version) == (1_000_000, 1)


@pytest.mark.usefixtures("published")
def test_versions_kept_before_a_move_to_another_folder_are_found_after_it(catalogue: Catalogue, content: Path) -> None:
    old, new = "organisations/tromso-kommune.md", "insights/tromso-kommune.md"
    first = (content / old).read_text("utf-8")
    replace(content, old, "i nord", "langt nord")
    sync_on(catalogue, content)
    (content / "insights").mkdir()
    (content / old).rename(content / new)
    sync_on(catalogue, content)
    assert kept(content, row(catalogue, "tromso-kommune").path, 1) == first


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("spoilt", [b"\xff", "no front matter", "---\nstatus: retired\n---\n"])
def test_a_deleted_document_is_withdrawn_though_its_kept_version_was_spoilt(
    catalogue: Catalogue, content: Path, spoilt: str | bytes
) -> None:
    write(content, ".versions/cases/voss-ferje/1.md", spoilt)
    (content / VOSS).unlink()
    (content / "cases/zaanstad-warmtenet.md").unlink()
    assert sync_on(catalogue, content, JULY).removed == ["voss-ferje", "zaanstad-warmtenet"]
    assert (row(catalogue, "voss-ferje").withdrawn, row(catalogue, "voss-ferje").modified) == (True, "2024-07-15")


# A folder that is not there


def a_bigger_world(content: Path) -> list[Path]:
    """Ten documents beside the five, and the files of all fifteen."""
    for number in range(10):
        write(content, f"cases/as-vei-{number}.md", case())
    return [content / f"{folder}/{file.name}" for folder in FOLDERS for file in sorted((content / folder).iterdir())]


FOLDERS = ["cases", "programmes", "organisations"]


@pytest.mark.usefixtures("published")
def test_when_no_folder_is_there_nothing_is_withdrawn_unless_it_is_meant(catalogue: Catalogue, content: Path) -> None:
    rows = dump(catalogue)
    shutil.rmtree(content)
    content.mkdir()
    with pytest.raises(SyncError) as refused:
        sync_on(catalogue, content)
    assert dump(catalogue) == rows
    assert refused.value.expected == "the files of 5 published documents"
    assert refused.value.found == f"none of the kinds' folders in {content}"
    assert "hub sync --allow-removals" in str(refused.value)
    assert {*sync(catalogue, ContentFolder(content), allow_removals=True).removed} >= {*IDS}
    assert titles(catalogue) == {}
    assert sync_on(catalogue, content) == SyncReport()


def test_an_empty_folder_is_synced_while_nothing_is_published(catalogue: Catalogue, tmp_path: Path) -> None:
    assert sync_on(catalogue, tmp_path / "nowhere") == SyncReport()


def test_when_most_of_many_files_are_gone_nothing_is_withdrawn_unless_it_is_meant(
    catalogue: Catalogue, content: Path
) -> None:
    all_files = a_bigger_world(content)
    sync_on(catalogue, content)
    rows = dump(catalogue)
    for file in all_files[:12]:  # eleven documents and a translation
        file.unlink()
    with pytest.raises(SyncError) as refused:
        sync_on(catalogue, content)
    assert refused.value.found == f"no files of 11 of them in {content}"
    assert dump(catalogue) == rows
    sync(catalogue, ContentFolder(content), allow_removals=True)
    assert len(titles(catalogue)) == 4


def test_ten_documents_may_be_deleted_at_once(catalogue: Catalogue, content: Path) -> None:
    all_files = a_bigger_world(content)
    sync_on(catalogue, content)
    for file in all_files[:10]:
        file.unlink()
    assert len(sync_on(catalogue, content).removed) == 10
    assert len(titles(catalogue)) == 5


# Translations


@pytest.mark.usefixtures("published")
def test_a_translation_is_found_by_document_and_language(catalogue: Catalogue) -> None:
    with catalogue.reading() as session:
        assert queries.translation_languages(session, "tromso-fjernvarme") == ["en"]
        found = queries.translation(session, "tromso-fjernvarme", "en")
        assert found is not None
        assert found.data["lessons"] == [{"id": "pris", "text": "The price came too late.", "conditions": []}]
        assert queries.translation(session, "tromso-fjernvarme", "nl") is None


@pytest.mark.usefixtures("published")
def test_an_edited_translation_is_changed_and_leaves_the_original_as_it_is(catalogue: Catalogue, content: Path) -> None:
    replace(content, "cases/tromso-fjernvarme.en.md", "cold winters", "cold, dark winters")
    report = sync_on(catalogue, content, JULY)
    assert (report.added, report.changed) == ([], ["tromso-fjernvarme.en"])
    assert row(catalogue, "tromso-fjernvarme").version == 1


@pytest.mark.usefixtures("published")
def test_an_edited_original_keeps_its_translation(catalogue: Catalogue, content: Path) -> None:
    replace(content, TROMSO, "kalde vintre", "lange vintre")
    sync_on(catalogue, content, JULY)
    assert [found["language"] for found in dump(catalogue)["translations"]] == ["en"]


@pytest.mark.usefixtures("published")
def test_a_deleted_translation_is_removed(catalogue: Catalogue, content: Path) -> None:
    (content / "cases/tromso-fjernvarme.en.md").unlink()
    assert sync_on(catalogue, content).removed == ["tromso-fjernvarme.en"]
    assert dump(catalogue)["translations"] == []


@pytest.mark.parametrize("path", ["cases/nowhere.en.md", "insights/tromso-fjernvarme.en.md"])
def test_a_translation_without_its_original_beside_it_is_refused(
    catalogue: Catalogue, content: Path, path: str
) -> None:
    write(content, path, WORLD["cases/tromso-fjernvarme.en.md"])
    report = sync_on(catalogue, content)
    assert [(p.path, p.expected) for p in report.problems] == [(path, "a translation beside its original")]
    assert len(dump(catalogue)["translations"]) == 1


@pytest.mark.usefixtures("published")
def test_a_translation_whose_original_was_deleted_is_refused_at_once_and_every_time(
    catalogue: Catalogue, content: Path
) -> None:
    (content / TROMSO).unlink()
    for _ in range(2):
        assert sync_on(catalogue, content).rejected == ["cases/tromso-fjernvarme.en.md"]
        assert dump(catalogue)["translations"] == []


# From the files alone


def a_long_history(catalogue: Catalogue, content: Path) -> None:
    sync_on(catalogue, content, JUNE)
    replace(content, TROMSO, "kalde vintre", "lange vintre")
    write(content, "cases/as-sykkelvei.md", case())
    sync_on(catalogue, content, JULY)
    (content / VOSS).unlink()
    replace(content, TROMSO, "lange vintre", "mørke vintre")
    write(content, "cases/ski.md", case(status="retired"))
    sync_on(catalogue, content, JULY)
    (content / "cases/as-sykkelvei.md").unlink()
    (content / "cases/tromso-fjernvarme.en.md").unlink()
    sync_on(catalogue, content, JUNE)


def test_a_catalogue_made_from_the_files_alone_is_the_same_with_dates_and_deletions(
    catalogue: Catalogue, content: Path, tmp_path: Path
) -> None:
    a_long_history(catalogue, content)
    with from_scratch(content, tmp_path) as scratch:
        assert dump(scratch) == dump(catalogue)
        withdrawn = {found["id"]: found["modified"] for found in dump(scratch)["documents"] if found["withdrawn"]}
    assert withdrawn == {"voss-ferje": "2024-07-15", "as-sykkelvei": "2024-06-01"}


def test_a_document_moved_edited_and_deleted_is_withdrawn_once(
    catalogue: Catalogue, content: Path, tmp_path: Path
) -> None:
    old, new = "organisations/tromso-kommune.md", "insights/tromso-kommune.md"
    sync_on(catalogue, content)
    replace(content, old, "i nord", "langt nord")
    sync_on(catalogue, content)
    write(content, new, (content / old).read_text("utf-8").replace("langt nord", "lengst nord"))
    (content / old).unlink()
    sync_on(catalogue, content)
    (content / new).unlink()
    sync_on(catalogue, content, JULY)
    with from_scratch(content, tmp_path) as scratch:
        assert dump(scratch) == dump(catalogue)
    assert (row(catalogue, "tromso-kommune").kind, row(catalogue, "tromso-kommune").version) == ("insight", 3)


def test_a_document_deleted_after_a_sync_that_was_killed_is_withdrawn_all_the_same(
    catalogue: Catalogue, content: Path, tmp_path: Path
) -> None:
    sync_on(catalogue, content)
    # Killed after the former version was laid aside, before the new one was stamped.
    ContentFolder(content).keep_version(name_of(VOSS), 1, (content / VOSS).read_text("utf-8"))
    (content / VOSS).unlink()
    sync_on(catalogue, content, JULY)
    with from_scratch(content, tmp_path) as scratch:
        assert dump(scratch) == dump(catalogue)
    assert (row(catalogue, "voss-ferje").status, row(catalogue, "voss-ferje").modified) == ("retired", "2024-07-15")


def test_a_withdrawal_that_was_killed_keeps_the_date_it_first_got(
    catalogue: Catalogue, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_on(catalogue, content)
    (content / VOSS).unlink()
    with monkeypatch.context() as patch:
        patch.setattr("hub.catalogue.sync.fault_point", stop_at("sync.before-commit"))
        with pytest.raises(InterruptedError):
            sync_on(catalogue, content, JUNE)
    sync_on(catalogue, content, JULY)
    assert row(catalogue, "voss-ferje").modified == "2024-06-01"
    with from_scratch(content, tmp_path) as scratch:
        assert dump(scratch) == dump(catalogue)


def test_a_kept_version_that_was_spoilt_stops_nothing(catalogue: Catalogue, content: Path) -> None:
    write(content, ".versions/cases/spoilt/1.md", b"\xff")
    write(content, ".versions/cases/Not an id/1.md", case())
    write(content, ".versions/cases/odd/notes.md", case())
    report = sync_on(catalogue, content)
    assert {*IDS} <= {*report.added}
    assert report.rejected == ["cases/Not an id.md", "cases/spoilt.md"]


# One transaction


def stop_at(wanted: str) -> object:
    def fault_point(name: str) -> None:
        if name == wanted:
            raise InterruptedError

    return fault_point


@pytest.mark.parametrize("point", ["sync.after-reading", "sync.after-stamping", "sync.before-commit"])
def test_a_sync_that_fails_half_way_leaves_the_catalogue_as_it_was(
    catalogue: Catalogue, content: Path, published: SyncReport, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = dump(catalogue)
    (content / VOSS).unlink()
    replace(content, TROMSO, "kalde", "mørke")
    write(content, "cases/as-sykkelvei.md", case())
    with monkeypatch.context() as patch:
        patch.setattr("hub.catalogue.sync.fault_point", stop_at(point))
        with pytest.raises(InterruptedError):
            sync_on(catalogue, content)
    assert dump(catalogue) == rows
    report = sync_on(catalogue, content)
    assert (report.added, report.changed, report.removed) == (["as-sykkelvei"], ["tromso-fjernvarme"], ["voss-ferje"])


@dataclass(frozen=True)
class ReadOnlyFolder(ContentFolder):
    """As on a disk that may only be read; root, as whom CI runs, could write in any folder with rights alone."""

    def write(self, path: str, text: str) -> None:
        raise PermissionError(13, "Permission denied")

    def withdraw(self, name: object, version: int, text: str) -> None:
        raise PermissionError(13, "Permission denied")


def test_in_a_folder_that_may_not_be_written_a_stamped_file_is_published_and_a_new_one_refused(
    catalogue: Catalogue, content: Path, write_case: WriteCase
) -> None:
    path = write_case(version="1", published="2024-01-01", modified="2024-01-01")
    report = sync(catalogue, ReadOnlyFolder(content), today=JUNE)
    assert report.added == ["as-sykkelvei"]
    assert path not in report.rejected
    refused = next(problem for problem in report.problems if problem.path == VOSS)
    assert (refused.expected, refused.found) == ("a file it may write to", "Permission denied")
    assert refused.mend == "Let the hub write in content/, or write version, published and modified into the file."


@pytest.mark.usefixtures("published")
def test_a_deletion_that_cannot_be_recorded_is_reported_and_the_rest_is_done(
    catalogue: Catalogue, content: Path, write_case: WriteCase
) -> None:
    (content / VOSS).unlink()
    write_case(version="1", published="2024-01-01", modified="2024-01-01")
    report = sync(catalogue, ReadOnlyFolder(content), today=JULY)
    assert (report.added, report.removed, report.rejected) == (["as-sykkelvei"], [], [VOSS])
    assert "voss-ferje" in titles(catalogue)


def test_the_caller_is_told_how_far_the_reading_is(catalogue: Catalogue, content: Path) -> None:
    told: list[tuple[int, int]] = []
    sync(catalogue, ContentFolder(content), progress=lambda done, total: told.append((done, total)))
    assert told == [(number, len(WORLD)) for number in range(len(WORLD) + 1)]

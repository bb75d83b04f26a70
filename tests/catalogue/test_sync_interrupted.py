"""Killed anywhere, or run twice at once, a sync leaves nothing that the next one does not put right."""

import signal
from pathlib import Path

import pytest

from hub.catalogue.database import open_catalogue
from hub.catalogue.sync import SyncReport
from hub.faults import FAULT_POINTS, fault_point
from tests.catalogue.dumps import JUNE, dump, files, from_scratch, start_sync, sync_on, titles
from tests.tiny_world import WORLD, case, write

TROMSO, VOSS = "cases/tromso-fjernvarme.md", "cases/voss-ferje.md"
SYNC_POINTS = [name for name in FAULT_POINTS if name.startswith("sync.")]


@pytest.fixture
def published(database_url: str, content: Path) -> str:
    """The address of a catalogue whose content was then edited, added to and deleted from."""
    catalogue = open_catalogue(database_url)
    sync_on(catalogue, content, JUNE)
    catalogue.close()
    text = (content / TROMSO).read_text("utf-8")
    write(content, TROMSO, text.replace("kalde vintre", "mørke vintre"))
    write(content, "cases/as-sykkelvei.md", case())
    write(content, "cases/tromso-fjernvarme.nl.md", WORLD["cases/tromso-fjernvarme.en.md"].replace("e: en", "e: nl"))
    (content / VOSS).unlink()
    return database_url


@pytest.mark.parametrize("point", SYNC_POINTS)
def test_after_a_kill_at_any_step_the_hub_answers_and_the_next_sync_completes(
    published: str, content: Path, point: str, tmp_path: Path
) -> None:
    killed = start_sync(published, content, HUB_FAULT=point)
    _, errors = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, errors.decode()

    catalogue = open_catalogue(published)
    assert len(titles(catalogue)) == 5
    assert sync_on(catalogue, content).rejected == []
    assert {*titles(catalogue)} == {
        "as-sykkelvei", "nordlys", "tromso-fjernvarme", "tromso-kommune", "zaanstad-warmtenet"
    }  # fmt: skip
    versions = {row["id"]: row["version"] for row in dump(catalogue)["documents"]}
    assert versions["tromso-fjernvarme"] == 2
    assert "kalde vintre" in (content / ".versions/cases/tromso-fjernvarme/1.md").read_text("utf-8")
    assert not [path for path in files(content) if ".tmp-" in path]
    with from_scratch(content, tmp_path) as scratch:
        assert dump(scratch) == dump(catalogue)
    assert sync_on(catalogue, content) == SyncReport(unchanged=len(WORLD) + 1)
    catalogue.close()


def test_two_syncs_at_once_do_the_work_of_one(published: str, content: Path, tmp_path: Path) -> None:
    both = [start_sync(published, content) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    catalogue = open_catalogue(published)
    assert {row["id"]: row["version"] for row in dump(catalogue)["documents"]} == {
        "as-sykkelvei": 1, "nordlys": 1, "tromso-fjernvarme": 2, "tromso-kommune": 1, "voss-ferje": 1,
        "zaanstad-warmtenet": 1,
    }  # fmt: skip
    with from_scratch(content, tmp_path) as scratch:
        assert dump(scratch) == dump(catalogue)
    catalogue.close()


def test_a_reader_is_answered_while_a_sync_is_under_way(
    published: str, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = open_catalogue(published)
    seen: list[set[str]] = []
    monkeypatch.setattr("hub.catalogue.sync.fault_point", lambda name: seen.append({*titles(catalogue)}))
    sync_on(catalogue, content)
    *during, after = seen
    assert all("voss-ferje" in ids and "as-sykkelvei" not in ids for ids in during)
    assert "voss-ferje" not in after
    assert "as-sykkelvei" in after
    catalogue.close()


def test_every_step_that_can_be_killed_is_reached(
    content: Path, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: set[str] = set()
    monkeypatch.setattr("hub.catalogue.sync.fault_point", reached.add)
    catalogue = open_catalogue(published)
    sync_on(catalogue, content)
    catalogue.close()
    assert reached == {*SYNC_POINTS}


def test_a_step_that_is_gone_is_an_error_and_not_a_test_that_waits() -> None:
    with pytest.raises(KeyError, match="no fault point"):
        fault_point("sync.gone")

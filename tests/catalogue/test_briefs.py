"""Kept briefs: written once, not too many at a time, and untouched by a sync."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.catalogue import briefs
from hub.catalogue.briefs import PER_HOUR, TooManyBriefsError
from hub.catalogue.database import Catalogue
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def keep(catalogue: Catalogue, digest: str, now: datetime = NOON, question: str = "Hva virker på Ås?") -> str:
    with catalogue.writing() as session:
        content = {"question": question}
        return briefs.keep(session, digest, language="no", revision=7, content=content, now=now).created


def test_what_is_kept_can_be_read_again(catalogue: Catalogue) -> None:
    keep(catalogue, "a" * 16)
    with catalogue.reading() as session:
        row = briefs.kept(session, "a" * 16)
        assert row
        assert (row.language, row.revision, row.created) == ("no", 7, "2026-11-22T12:00:00Z")
        assert row.content == {"question": "Hva virker på Ås?"}
        assert briefs.kept(session, "b" * 16) is None


def test_keeping_twice_changes_nothing(catalogue: Catalogue) -> None:
    keep(catalogue, "a" * 16)
    assert keep(catalogue, "a" * 16, NOON + timedelta(days=1), "Noe annet?") == "2026-11-22T12:00:00Z"


def test_beyond_a_number_in_an_hour_no_new_one_is_taken(catalogue: Catalogue) -> None:
    for number in range(PER_HOUR):
        keep(catalogue, f"{number:016x}", NOON + timedelta(seconds=number))
    with pytest.raises(TooManyBriefsError) as refused:
        keep(catalogue, "f" * 16, NOON + timedelta(minutes=20))
    assert refused.value.retry_after == 40 * 60 + 1
    keep(catalogue, f"{3:016x}", NOON + timedelta(minutes=20))
    keep(catalogue, "f" * 16, NOON + timedelta(minutes=60, seconds=1))


def test_a_sync_leaves_them_alone(catalogue: Catalogue, content: Path) -> None:
    folder = ContentFolder(content)
    assert sync(catalogue, folder).rejected == []
    keep(catalogue, "a" * 16)
    shutil.rmtree(content / "cases")
    sync(catalogue, folder, allow_removals=True)
    with catalogue.reading() as session:
        assert briefs.kept(session, "a" * 16)

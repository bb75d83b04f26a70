"""Opening a catalogue: what is wrong with it is told in a sentence, and reading makes nothing."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from hub.catalogue import migrations
from hub.catalogue.database import SCHEMA, CatalogueError, open_catalogue


def test_the_schema_that_readers_expect_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == SCHEMA


def test_reading_a_catalogue_that_is_not_there_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="Run `hub sync` first"):
        open_catalogue(f"sqlite:///{tmp_path}/none.sqlite", migrate=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite").write_bytes(b"this is no database at all" * 100)
    for migrate in (True, False):
        with pytest.raises(CatalogueError, match="cannot be opened"):
            open_catalogue(f"sqlite:///{tmp_path}/hub.sqlite", migrate=migrate)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CatalogueError, match="DATABASE_URL"):
        open_catalogue(f"sqlite:///{tmp_path}/file/below/hub.sqlite")


def test_an_address_that_cannot_be_read_is_told() -> None:
    with pytest.raises(CatalogueError, match="DATABASE_URL"):
        open_catalogue("postgresql+psycopg://hub@host:port/name")


def test_a_catalogue_of_another_release_is_told_to_readers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    catalogue = open_catalogue(url)
    with catalogue.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    catalogue.close()
    with pytest.raises(CatalogueError, match=r"another release.*hub sync"):
        open_catalogue(url, migrate=False)

"""The tables that the migrations make are those that the models describe."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, text

from hub.catalogue import migrations
from hub.catalogue.database import Catalogue, CatalogueError, open_catalogue
from hub.catalogue.models import Base


def test_the_migrated_tables_are_those_of_the_models(catalogue: Catalogue) -> None:
    assert migrations.differences(catalogue.engine) == []


def test_a_column_that_the_migrations_forgot_is_noticed(catalogue: Catalogue) -> None:
    with catalogue.engine.begin() as connection:
        connection.execute(text("ALTER TABLE documents DROP COLUMN reader"))
    assert migrations.differences(catalogue.engine) != []


def test_opening_a_catalogue_twice_changes_nothing_and_keeps_its_identity(
    catalogue: Catalogue, database_url: str
) -> None:
    again = open_catalogue(database_url)
    assert again.uid() == catalogue.uid()
    again.close()


def test_the_migrations_can_be_taken_back(catalogue: Catalogue) -> None:
    from alembic import command

    with catalogue.engine.begin() as connection:
        command.downgrade(migrations._config(connection), "base")
    assert not {*inspect(catalogue.engine).get_table_names()} & {*Base.metadata.tables}


def test_servers_that_start_at_the_same_moment_make_the_tables_once(database_url: str) -> None:
    def start(_: int) -> str:
        opened = open_catalogue(database_url)
        uid = opened.uid()
        opened.close()
        return uid

    with ThreadPoolExecutor(6) as starts:
        assert len({*starts.map(start, range(6))}) == 1


def test_a_reader_is_told_to_sync_first_when_there_is_no_catalogue(database_url: str) -> None:
    with pytest.raises(CatalogueError, match="Run `hub sync` first"):
        open_catalogue(database_url, migrate=False)


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(CatalogueError) as refused:
        open_catalogue("postgresql+psycopg://hub:hemmelig@127.0.0.1:1/hub")
    assert "postgresql+psycopg://hub:***@127.0.0.1:1/hub" in str(refused.value)
    assert "hemmelig" not in str(refused.value)


def test_a_catalogue_of_the_first_release_gets_the_table_of_briefs_and_keeps_the_rest(
    catalogue: Catalogue, database_url: str
) -> None:
    from alembic import command

    uid = catalogue.uid()
    with catalogue.engine.begin() as connection:
        command.downgrade(migrations._config(connection), "0001")
    assert not inspect(catalogue.engine).has_table("briefs")
    again = open_catalogue(database_url)
    assert inspect(again.engine).has_table("briefs")
    assert again.uid() == uid
    again.close()

"""Alembic migrations of the catalogue, run by the hub itself: there is no second command to remember."""

from pathlib import Path
from typing import Final
from uuid import uuid4

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from hub.catalogue.models import Base

_POSTGRESQL_LOCK: Final = 0x4855424D


def upgrade(engine: Engine) -> None:
    """Brings the tables to the newest schema, in one transaction; nothing happens when they are there."""
    with engine.execution_options(hub_begin="IMMEDIATE").begin() as connection:
        if engine.dialect.name == "postgresql":
            # Several servers may start at once; the others wait for the first one's tables.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})
        if _current(connection) != _scripts().get_current_head():
            command.upgrade(_config(connection), "head")


def differences(engine: Engine) -> list[object]:
    """What the models have and the migrated tables lack, or the other way round; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def new_uid() -> str:
    """An identity for a catalogue that is being made."""
    return uuid4().hex


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()

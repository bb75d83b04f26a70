"""Opening the catalogue: SQLite or PostgreSQL behind one class, brought to the newest schema by Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from hub.catalogue.models import StateRow
from hub.errors import HubError


class CatalogueError(HubError):
    """A catalogue that cannot be opened."""


class Catalogue:
    """The catalogue's engine and its transactions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._readers = sessionmaker(engine, expire_on_commit=False)
        self._writers = sessionmaker(engine.execution_options(hub_begin="IMMEDIATE"), expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to read with."""
        with self._readers() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back by an exception."""
        with self._writers.begin() as session:
            yield session

    def uid(self) -> str:
        """The catalogue's own identity, made with its tables."""
        with self.reading() as session:
            return session.scalars(select(StateRow.value).where(StateRow.key == "uid")).one()

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def open_catalogue(url: str, *, migrate: bool = True) -> Catalogue:
    """The catalogue at an SQLAlchemy address.

    With `migrate`, missing tables and later changes are made first. Without, CatalogueError when there are none:
    that is for commands that only read and must start quickly.
    """
    catalogue = Catalogue(_engine(url))
    try:
        _prepare(catalogue.engine, migrate=migrate)
    except OperationalError as error:
        catalogue.close()
        raise CatalogueError(
            "The catalogue cannot be opened",
            expected=f"a database at {_hidden(catalogue.engine)}",
            found=" ".join(str(error.orig).split()),
            mend="Check DATABASE_URL, and that the database runs and may be written to.",
        ) from error
    except CatalogueError:
        catalogue.close()
        raise
    return catalogue


def _prepare(engine: Engine, *, migrate: bool) -> None:
    if migrate:
        from hub.catalogue.migrations import upgrade

        upgrade(engine)
    elif not inspect(engine).has_table("documents"):
        raise CatalogueError("There is no catalogue yet", expected=_hidden(engine), mend="Run `hub sync` first.")


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        mend = "Install it: pip install 'transition-learning-hub[postgresql]'."
        raise CatalogueError(
            "The database needs a driver", expected=str(error.name), found="none", mend=mend
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Python's sqlite3 begins transactions too late (at the first write) and not for DDL: we begin them ourselves.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that reads first and writes later may be refused it.
    mode = connection.get_execution_options().get("hub_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _hidden(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)

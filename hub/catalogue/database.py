"""Opening the catalogue: SQLite or PostgreSQL behind one class, brought to the newest schema by Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from hub.catalogue.models import StateRow
from hub.errors import HubError

# The newest migration; a test keeps it so. Alembic itself takes too long to import for those who only read.
SCHEMA: Final = "0002"


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
    catalogue = Catalogue(_engine(url, migrate=migrate))
    try:
        _prepare(catalogue.engine, migrate=migrate)
    except DBAPIError as error:
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
        return
    if not inspect(engine).has_table("alembic_version"):
        raise CatalogueError("There is no catalogue yet", expected=_hidden(engine), mend="Run `hub sync` first.")
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found != SCHEMA:
        expected, mend = f"tables of version {SCHEMA}", "Run `hub sync`, which brings them up to date."
        raise CatalogueError("The catalogue is of another release", expected=expected, found=str(found), mend=mend)


def _engine(url: str, *, migrate: bool) -> Engine:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        expected, mend = "an SQLAlchemy address", "Check DATABASE_URL."
        raise CatalogueError("The catalogue's address cannot be read", expected=expected, mend=mend) from error
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        _prepare_folder(Path(address.database), migrate=migrate)
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


def _prepare_folder(file: Path, *, migrate: bool) -> None:
    """Makes the folder of an SQLite file; one who only reads must not make the file by opening it."""
    if not migrate and not file.exists():
        raise CatalogueError("There is no catalogue yet", expected=str(file), mend="Run `hub sync` first.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found, mend = error.strerror or str(error), "Check DATABASE_URL and the folder's rights."
        raise CatalogueError("The catalogue has no place", expected=str(file), found=found, mend=mend) from error


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

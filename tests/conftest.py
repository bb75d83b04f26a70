"""What all tests share: a tiny world of content, and a catalogue on each of the two databases."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from hub.catalogue.database import Catalogue, open_catalogue
from tests.tiny_world import WriteCase, case, write, write_world

ROOT = Path(__file__).parent.parent

# Deadlines measure the neighbours on a shared machine; the seed is pytest-randomly's.
settings.register_profile("hub", deadline=None, max_examples=int(os.environ.get("HUB_TEST_EXAMPLES", "60")))
settings.load_profile("hub")


def _missing(what: str) -> None:
    """Skips; fails in CI, where nothing may be skipped for want of a tool."""
    if os.environ.get("HUB_TEST_COMPLETE") == "1":
        pytest.fail(f"{what}, and HUB_TEST_COMPLETE=1 allows no test to be left out")
    pytest.skip(what)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own HUB_… and DATABASE_URL reach no test."""
    for name in os.environ:
        if name == "DATABASE_URL" or (name.startswith("HUB_") and not name.startswith("HUB_TEST_")):
            monkeypatch.delenv(name)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The folder of the tiny world, not yet synced."""
    return write_world(tmp_path / "content")


@pytest.fixture
def write_case(content: Path) -> WriteCase:
    """Writes cases/<id>.md into `content` with some entries replaced (raw YAML), and gives back its path."""

    def write_it(
        document_id: str = "as-sykkelvei", body: str = "Veien ligger langs åsen.\n", **entries: str | None
    ) -> str:
        path = f"cases/{document_id}.md"
        write(content, path, case(body, **entries))
        return path

    return write_it


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared, where this checkout has one beside it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no ../shared to compare with")
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each of the two kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'catalogue.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@pytest.fixture
def catalogue(database_url: str) -> Iterator[Catalogue]:
    """An empty catalogue, on each of the two databases."""
    opened = open_catalogue(database_url)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The address of a fresh database on the real server."""
    name = f"hub_{uuid4().hex}"
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A real PostgreSQL: that of HUB_TEST_POSTGRESQL, or a cluster of our own from Debian's package."""
    if given := os.environ.get("HUB_TEST_POSTGRESQL"):
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if not programs:
        _missing("PostgreSQL is not installed (apt-get install postgresql)")
    cluster = _Cluster(programs[-1].parent)
    try:
        yield cluster.start()
    finally:
        cluster.stop()


class _Cluster:
    """A throw-away PostgreSQL on a free loopback port; run as `postgres` when we are root, as it insists."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # Not pytest's folder: a socket's path may have 107 characters, and `postgres` must be able to get there.
        self._home = Path(tempfile.mkdtemp(prefix="hub-pg-"))
        self._data = self._home / "data"
        self._as: tuple[str, ...] = ()
        if os.geteuid() == 0:
            self._as = ("runuser", "-u", "postgres", "--")
            os.chown(self._home, pwd.getpwnam("postgres").pw_uid, -1)

    def start(self) -> str:
        self._run(
            "initdb", "--pgdata", str(self._data), "--auth=trust", "--username=hub", "--encoding=UTF8", "--no-sync"
        )
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._home}"
        options += " -c fsync=off -c full_page_writes=off"
        log = str(self._home / "log")
        self._run("pg_ctl", "start", "--wait", "--pgdata", str(self._data), "--log", log, "--options", options)
        return f"postgresql+psycopg://hub@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", str(self._data))
        shutil.rmtree(self._home)

    def _run(self, program: str, *arguments: str) -> None:
        # Not captured through a pipe: the server would inherit it and keep it open.
        with (self._home / "output").open("ab") as output:
            command = [*self._as, str(self._programs / program), *arguments]
            done = subprocess.run(command, cwd="/", stdout=output, stderr=output, check=False)
        assert done.returncode == 0, (self._home / "output").read_text()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

"""A catalogue and a content folder as plain values, to compare them; and a sync in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.catalogue.database import Catalogue, open_catalogue
from hub.catalogue.models import Base
from hub.catalogue.sync import SyncReport, sync
from hub.documents.folder import ContentFolder

JUNE = date(2024, 6, 1)
JULY = date(2024, 7, 15)
# A log and an identity belong to one catalogue; everything else must follow from the files.
OF_ITSELF = {"changes", "state"}

Dump = dict[str, list[dict[str, Any]]]

PROGRAM = """
import sys
from pathlib import Path
from hub.catalogue.database import open_catalogue
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder

report = sync(open_catalogue(sys.argv[1]), ContentFolder(Path(sys.argv[2])))
assert not report.rejected, report.problems
"""


def sync_on(catalogue: Catalogue, content: Path, today: date = JUNE) -> SyncReport:
    """A sync on a given day."""
    return sync(catalogue, ContentFolder(content), today=today)


def dump(catalogue: Catalogue) -> Dump:
    """Every row that follows from the files, in a fixed order."""
    with catalogue.reading() as session:
        return {
            table.name: sorted((dict(row) for row in session.execute(select(table)).mappings()), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in OF_ITSELF
        }


def files(content: Path) -> dict[str, bytes]:
    """Every file below the folder with its bytes."""
    return {str(file.relative_to(content)): file.read_bytes() for file in content.rglob("*") if file.is_file()}


def titles(catalogue: Catalogue) -> dict[str, str]:
    """id -> title in the document's language, of everything that is published."""
    rows = dump(catalogue)["documents"]
    return {row["id"]: row["title"][row["language"]] for row in rows if row["status"] == "published"}


@contextmanager
def from_scratch(content: Path, folder: Path) -> Iterator[Catalogue]:
    """A catalogue made from the files alone, on a day long after."""
    catalogue = open_catalogue(f"sqlite:///{folder / 'scratch.sqlite'}")
    before = files(content)
    sync(catalogue, ContentFolder(content), today=date(2031, 1, 1))
    assert files(content) == before, "reading the files again changed them"
    yield catalogue
    catalogue.close()


def start_sync(database_url: str, content: Path, **environment: str) -> subprocess.Popen[bytes]:
    """A sync in a process of its own, today."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, database_url, str(content)],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
    )

"""The earlier versions that a document's page lists are those that lie there, and listing them reads none."""

from pathlib import Path

import pytest

from hub.catalogue.models import DocumentRow
from hub.settings import Settings
from hub.web import versions
from hub.web.service import Hub
from tests.tiny_world import case, write


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A hub on an empty folder."""
    return Hub(Settings(content=tmp_path, index=tmp_path / "index", database_url="sqlite://"))


def document(version: int, path: str = "insights/as-sykkelvei.md") -> DocumentRow:
    return DocumentRow(id="as-sykkelvei", path=path, version=version, source="now", published="", modified="")


def test_earlier_versions_come_newest_first_from_all_folders(hub: Hub, tmp_path: Path) -> None:
    for path in ("cases/as-sykkelvei/2", "cases/as-sykkelvei/10", "insights/as-sykkelvei/11", "cases/other/3"):
        write(tmp_path, f".versions/{path}.md", case())
    assert versions.earlier(hub, document(12)) == [11, 10, 2]
    assert versions.earlier(hub, document(11)) == [10, 2]


def test_a_version_that_cannot_be_read_is_listed_and_breaks_nothing(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, ".versions/cases/as-sykkelvei/1.md", b"\xff")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
        assert versions.earlier(hub, document(2)) == [1]
    assert versions.source(hub, document(2), 1) is None


def test_a_document_with_a_million_versions_is_listed_at_once(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, ".versions/cases/as-sykkelvei/1.md", case())
    looked_at: list[Path] = []
    really = Path.is_file
    monkeypatch.setattr(Path, "is_file", lambda self: looked_at.append(self) or really(self))
    assert versions.earlier(hub, document(1_000_000)) == [1]
    assert len(looked_at) == 1

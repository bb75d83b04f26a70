"""The commands as their users call them: with settings in the environment, in a folder of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli import cli

Hub = Callable[..., Result]


@pytest.fixture
def hub(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Calls `hub …` on the tiny world; gives back exit code, stdout and stderr."""
    monkeypatch.setenv("HUB_CONTENT", str(content))
    monkeypatch.setenv("HUB_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'catalogue.sqlite'}")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def synced(content: Path, tmp_path: Path, hub: Hub) -> Hub:
    """`hub` on the tiny world after its first sync; without an index, which these commands do without."""
    from hub.catalogue.database import open_catalogue
    from hub.catalogue.sync import sync
    from hub.documents.folder import ContentFolder

    catalogue = open_catalogue(f"sqlite:///{tmp_path / 'var' / 'catalogue.sqlite'}")
    assert sync(catalogue, ContentFolder(content)).rejected == []
    catalogue.close()
    return hub

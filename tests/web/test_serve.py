"""`hub serve` starts only what can answer."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli import cli
from hub.errors import HubError
from tests.web.world import make_world


def serve(monkeypatch: pytest.MonkeyPatch, **environment: str) -> tuple[CliRunner, list[list[str]]]:
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _program, command: started.append(command))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return CliRunner(), started


def test_without_a_catalogue_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runner, started = serve(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite")
    result = runner.invoke(cli, ["serve"])
    assert isinstance(result.exception, HubError)
    assert "Run `hub sync` first." in str(result.exception)
    assert not started


def test_without_an_index_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = make_world(tmp_path)
    runner, started = serve(monkeypatch, DATABASE_URL=settings.database_url, HUB_INDEX=str(tmp_path / "index"))
    result = runner.invoke(cli, ["serve"])
    assert "There is no index yet" in str(result.exception)
    assert not started


def test_the_address_is_told_and_the_server_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = make_world(tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "current").write_text("a-generation")
    runner, started = serve(
        monkeypatch, DATABASE_URL=settings.database_url, HUB_INDEX=str(settings.index), HUB_PORT="8123", HUB_HOST="::1"
    )
    result = runner.invoke(cli, ["serve"])
    assert result.output == "The hub answers at http://[::1]:8123/ (stop with Ctrl-C)\n"
    assert started[0][-2:] == ["-c", "python:hub.web.server"]

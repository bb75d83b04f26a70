"""`hub check`, `hub sync` and `hub index`, as a contributor and an operator see them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from hub.cli import COMMANDS, main
from tests.cli.conftest import Hub
from tests.tiny_world import WriteCase, case, write


def json_of(result: Result) -> Any:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return json.loads(result.stdout)


# check


def test_check_finds_nothing_wrong_with_a_good_folder(hub: Hub) -> None:
    result = hub("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 errors, 0 notices\n")


def test_check_says_what_is_wrong_and_fails(hub: Hub, write_case: WriteCase) -> None:
    write_case("a", theme="[mobility]")
    write_case("b", language="no")
    result = hub("check")
    assert result.exit_code == 1
    assert result.stdout == (
        "cases/a.md:15: error: theme: expected a field that the hub knows; found the field theme. "
        "Did you mean themes?\n"
        "cases/b.md:2: notice: language: expected nb or nn; found no. "
        "It is read as nb (Bokmål); write nb, or nn for Nynorsk.\n"
    )
    assert result.stderr == "1 errors, 1 notices\n"


def test_a_notice_alone_is_no_failure(hub: Hub, write_case: WriteCase) -> None:
    write_case(language="no")
    assert hub("check").exit_code == 0


def test_check_changes_no_file(hub: Hub, content: Path) -> None:
    before = {file: file.read_bytes() for file in content.rglob("*.md")}
    hub("check")
    assert {file: file.read_bytes() for file in content.rglob("*.md")} == before


def test_check_as_json_gives_every_part_of_a_finding(hub: Hub, write_case: WriteCase) -> None:
    write_case("a", phase="snart")
    result = hub("check", "--json")
    assert result.exit_code == 1
    (finding,) = json_of(result)
    assert {"path": "cases/a.md", "field": "phase", "found": "snart", "severity": "error"}.items() <= finding.items()
    assert {*finding} == {"expected", "found", "mend", "field", "line", "path", "severity"}
    assert result.stderr == ""


def test_one_file_can_be_checked_wherever_it_lies(hub: Hub, tmp_path: Path, write_case: WriteCase) -> None:
    write_case("bad-elsewhere", phase="snart")
    good = write(tmp_path, "desk/cases/good.md", case())
    bad = write(tmp_path, "desk/cases/bad.md", case(licence=None))
    assert hub("check", good).exit_code == 0
    result = hub("check", good, bad)
    assert result.exit_code == 1
    assert result.stdout.startswith("cases/bad.md:2: error: licence: expected a value; found none.")
    assert hub("check", "desk/cases/bad.md").stdout == result.stdout


def test_checking_a_file_that_is_not_there_says_so(hub: Hub) -> None:
    result = hub("check", "cases/nowhere.md")
    assert result.exit_code == 1
    assert result.stdout == "cases/nowhere.md: error: expected a file; found none of that name. Check the path.\n"


# sync and index


def test_sync_publishes_and_says_what_it_did(hub: Hub, content: Path, write_case: WriteCase) -> None:
    write_case("a", theme="[mobility]")
    result = hub("sync")
    assert result.exit_code == 1
    assert "catalogue: 6 added, 0 changed, 0 removed, 1 rejected, 0 unchanged\n" in result.stdout
    assert "index: built anew" in result.stdout
    assert "cases/a.md:15: error: theme:" in result.stderr
    (content / "cases/a.md").unlink()
    again = hub("sync")
    assert again.exit_code == 0
    assert again.stdout == ("catalogue: 0 added, 0 changed, 0 removed, 0 rejected, 6 unchanged\nindex: up to date\n")


def test_sync_as_json_lists_what_it_did(hub: Hub, write_case: WriteCase) -> None:
    write_case("a", licence=None)
    result = hub("sync", "--json")
    assert result.exit_code == 1
    report = json_of(result)
    assert report["rejected"] == ["cases/a.md"]
    assert len(report["added"]) == 6
    assert (report["changed"], report["removed"], report["unchanged"]) == ([], [], 0)
    assert report["passages"] > 0


def test_the_index_can_be_built_anew_from_the_catalogue_alone(synced: Hub) -> None:
    assert synced("index").stdout.startswith("index: built anew")
    assert synced("index").stdout == "index: up to date\n"
    rebuilt = synced("index", "--rebuild").stdout
    assert rebuilt.startswith("index: built anew")
    assert rebuilt.endswith(" 0 texts encoded\n")


def test_sync_without_a_content_folder_says_which_one_it_looked_for(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CONTENT", "/nowhere")
    result = hub("sync")
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no folder /nowhere; set HUB_CONTENT or start in the hub's folder.\n"


# All commands


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(hub: Hub, command: str) -> None:
    result = hub(command, "--help")
    assert result.exit_code == 0
    assert f"\n    hub {command}" in result.stdout


def test_the_help_lists_every_command(hub: Hub) -> None:
    result = hub("--help")
    assert all(f"\n  {command} " in result.stdout for command in COMMANDS)


def test_a_command_that_does_not_exist_is_told_so(hub: Hub) -> None:
    result = hub("publish")
    assert result.exit_code == 2
    assert "No such command 'publish'" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HUB_PORT", "eighty", "hub: The setting HUB_PORT cannot be used"),
        ("DATABASE_URL", "postgresql://hub:hemmelig@127.0.0.1:1/x", "hub: The catalogue cannot be opened"),
    ],
)
@pytest.mark.usefixtures("hub")
def test_an_error_of_ours_is_one_sentence_and_no_traceback(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["hub", "stats"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    errors = capsys.readouterr().err
    assert errors.startswith(told)
    assert errors.count("\n") == 1
    assert "hemmelig" not in errors

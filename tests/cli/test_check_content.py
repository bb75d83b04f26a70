"""`hub check --content`, as an editor sees it."""

import json
from pathlib import Path

import pytest

from hub.cli.content import check_content
from hub.documents.folder import ContentFolder
from tests.cli.conftest import Hub
from tests.conftest import ROOT
from tests.tiny_world import WriteCase, write

NOT_COMPARED = "Not compared with fact sheets (figures, addresses), since --facts names no folder.\n"
SUMMARY_OF_A_CASE = "Kommunen la asfalt på veien langs åsen, og de som bor der, tok sykkelen mer enn før."


def facts(tmp_path: Path, text: str = "done: [Twelve people came]") -> Path:
    return write(tmp_path, "facts/nb/as-sykkelvei.yaml", text).parent.parent


def test_the_content_of_everything_is_checked_and_summed_up_by_language(hub: Hub) -> None:
    result = hub("check", "--content")
    assert result.exit_code == 1
    told = "cases/zaanstad-warmtenet.md:20: error: body: expected a section of the role done; found none."
    assert told in result.stdout
    *_, en, nb, nl, nn = result.stdout.splitlines()
    assert en == "en: 1 document, 7 words, LIX 21 on average, 21 at most (programmes/nordlys.md)"
    assert (nb[:16], nl[:16], nn[:16]) == ("nb: 1 document, ", "nl: 1 document, ", "nn: 1 document, ")
    assert result.stderr.startswith(NOT_COMPARED)


def test_the_form_alone_is_checked_without_the_option(hub: Hub) -> None:
    assert (hub("check").exit_code, hub("check").stdout) == (0, "")


def test_one_file_is_measured_and_only_its_own_findings_are_told(
    hub: Hub, write_case: WriteCase, content: Path
) -> None:
    write_case(body="Veien ligger langs åsen.\n")
    result = hub("check", "--content", content / "cases/as-sykkelvei.md")
    assert result.exit_code == 1
    assert {line.split(":")[0] for line in result.stdout.splitlines()} == {"cases/as-sykkelvei.md", "nb"}
    assert "cases/as-sykkelvei.md: 4 words, LIX 4\n" in result.stdout


def test_a_draft_is_compared_with_what_is_published(
    hub: Hub, write_case: WriteCase, content: Path, tmp_path: Path
) -> None:
    write_case(body=f"{SUMMARY_OF_A_CASE}\n")
    draft = write(tmp_path, "desk/cases/draft.md", (content / "cases/as-sykkelvei.md").read_bytes())
    assert "also in cases/as-sykkelvei.md" in hub("check", "--content", draft).stdout
    alone = hub("check", "--content", content / "cases/as-sykkelvei.md")
    assert "a sentence of its own" not in alone.stdout


def test_figures_are_compared_with_the_fact_sheets_that_are_given(
    hub: Hub, write_case: WriteCase, content: Path, tmp_path: Path
) -> None:
    write_case(body="## Bakgrunn\n\nDet kom 12, og 13 ble hjemme.\n")
    result = hub("check", "--content", "--facts", facts(tmp_path), content / "cases/as-sykkelvei.md")
    assert "found 13, in “Det kom 12, og 13 ble hjemme.”" in result.stdout
    assert result.stdout.count("a figure of the fact sheet") == 1
    assert NOT_COMPARED not in result.stderr


def test_the_findings_come_as_json_too(hub: Hub, content: Path) -> None:
    result = hub("check", "--content", "--json", content / "cases/voss-ferje.md")
    assert result.exit_code == 1
    assert {finding["path"] for finding in json.loads(result.stdout)} == {"cases/voss-ferje.md"}


def test_a_file_that_cannot_be_read_is_told_once(hub: Hub, tmp_path: Path) -> None:
    result = hub("check", "--content", tmp_path / "cases/nowhere.md")
    assert result.exit_code == 1
    assert result.stdout.count("nowhere") == 1


def test_fact_sheets_without_the_option_are_a_mistake(hub: Hub, tmp_path: Path) -> None:
    result = hub("check", "--facts", facts(tmp_path))
    assert result.exit_code == 2
    assert "--facts is for --content" in result.stderr


def test_a_folder_that_is_not_there_is_a_mistake(hub: Hub) -> None:
    assert hub("check", "--content", "--facts", "nowhere").exit_code == 2


def test_a_translation_is_checked_beside_its_original(hub: Hub, content: Path) -> None:
    result = hub("check", "--content", content / "cases/tromso-fjernvarme.en.md")
    assert "cases/tromso-fjernvarme.en.md:8: error: lessons: expected the lesson dorbank" in result.stdout


def test_what_we_publish_is_in_order(tmp_path: Path) -> None:
    problems, _ = check_content(ContentFolder(ROOT / "content").read(), (), None, tmp_path)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


@pytest.mark.shared
def test_what_we_publish_says_what_its_sheets_say(shared: Path, tmp_path: Path) -> None:
    problems, _ = check_content(ContentFolder(ROOT / "content").read(), (), shared / "facts", tmp_path)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []

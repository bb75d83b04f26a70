"""A full translation says what the original says, and all of it."""

from typing import Any

import pytest

from hub.documents.fact_sheets import fact_sheet
from hub.documents.links_check import by_id
from hub.documents.parse import ParsedDocument, ParsedTranslation, parse
from hub.documents.plain_text import PlainDocument, PlainTranslation
from hub.documents.problems import Problem
from hub.documents.translation_check import check_translation
from tests.tiny_world import WORLD

PATH = "cases/tromso-fjernvarme"
REPORT = "https://example.org/sluttrapport"
TRANSLATION = f"""\
---
language: en
translates_version: 1
translated_by: [Åse Østbø]
method: human
title: District heating in Tromsø
summary: The municipality wanted home owners to join, but few did.
lessons:
  - {{id: dorbank, text: Knocking on doors worked better than letters.}}
  - {{id: pris, text: The price came too late.}}
---
## Background

Tromsøya has cold winters ([1]({REPORT})).

## What did not work

The letters were not read.
"""


def problems(text: str, *, version: int = 1, sheet: dict[str, Any] | None = None, detect: Any = None) -> list[Problem]:
    source = WORLD[f"{PATH}.md"].replace("licence: CC-BY-4.0\n", f"licence: CC-BY-4.0\nversion: {version}\n")
    original, translation = parse(f"{PATH}.md", source.encode()), parse(f"{PATH}.en.md", text.encode())
    assert isinstance(original, ParsedDocument)
    assert isinstance(translation, ParsedTranslation)
    sheets = {original.name.id: fact_sheet(sheet, "nb")} if sheet else None
    known = by_id([PlainDocument(original)])
    return check_translation(PlainTranslation(translation, original), sheets, known, detect or (lambda text: "en"))


def found(text: str, **given: Any) -> list[tuple[str, str]]:
    return [(problem.expected, problem.found) for problem in problems(text, **given)]


def test_a_whole_translation_is_in_order() -> None:
    assert problems(TRANSLATION) == []


def test_a_lesson_that_was_left_out_or_added_is_told() -> None:
    missing = TRANSLATION.replace("  - {id: pris, text: The price came too late.}\n", "")
    assert found(missing) == [("the lesson pris of the original", "none")]
    assert ("each lesson of the original once", "prix") in found(TRANSLATION.replace("id: pris", "id: prix"))


def test_a_condition_that_the_original_does_not_have_is_told() -> None:
    more = TRANSLATION.replace("came too late.}", "came too late., conditions: [in time]}")
    assert found(more) == [("0 conditions, as in the original", "1")]


def test_a_section_that_was_left_out_is_told() -> None:
    fewer = TRANSLATION.replace("## What did not work\n\n", "")
    assert found(fewer) == [("2 sections, as in the original", "1")]


@pytest.mark.parametrize(("version", "severity"), [(2, "notice"), (1, None)])
def test_a_translation_that_is_behind_is_noticed(version: int, severity: str | None) -> None:
    told = [problem.severity for problem in problems(TRANSLATION, version=version)]
    assert told == ([severity] if severity else [])


def test_a_version_that_does_not_exist_yet_is_an_error() -> None:
    (problem,) = problems(TRANSLATION.replace("translates_version: 1", "translates_version: 3"))
    assert (problem.severity, problem.found, problem.line) == ("error", "3", 3)


def test_a_link_to_something_else_than_the_sources_of_the_original_is_told() -> None:
    other = TRANSLATION.replace(REPORT, "https://example.org/other")
    assert found(other) == [("the address of a listed source", "https://example.org/other")]


def test_a_link_to_a_document_that_is_not_there_is_told() -> None:
    other = TRANSLATION.replace("were not read.", "were not read, see [Bergen](/id/bergen).")
    assert found(other) == [("the address of a document or lesson", "/id/bergen, which is not there")]


def test_a_figure_that_the_fact_sheet_does_not_have_is_told_wherever_it_stands() -> None:
    wrong = TRANSLATION.replace("came too late", "came 14 months late").replace("not read.", "not read by 30.")
    told = found(wrong, sheet={"done": ["12 letters"]})
    assert [one.partition(",")[0] for _, one in told] == ["14", "30"]


def test_a_summary_and_a_text_in_another_language_are_told() -> None:
    longer = TRANSLATION.replace("but few did.", "but few did, and nobody in the town could say why it went that way.")
    assert found(longer, detect=lambda text: "no") == [("a text in en", "one in no")]
    assert found(TRANSLATION.replace("were not read.", "were not read. " * 8), detect=lambda text: "nl") == [
        ("a text in en", "one in nl")
    ]

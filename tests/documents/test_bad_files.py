"""Whatever is wrong with a file is told by file, line and field, with what was expected, found, and how to mend it."""

from pathlib import Path
from typing import Any

import pytest

from hub.documents.folder import ContentFolder
from hub.documents.parse import ParsedDocument, ParsedTranslation, parse
from hub.documents.problems import DocumentError, Problem
from hub.documents.source import MAX_BYTES
from tests.tiny_world import case, write

PATH = "cases/as-sykkelvei.md"
CHANGE = "Change the value."
CHANGE_OR_TAKE_OUT = "Change the value, or take the field out."
EIGHT_REQUIRED = ("language", "title", "summary", "question", "about", "written_by", "lessons", "licence")
FENCES = "front matter between two lines of ---"


def problems_of(text: str | bytes, path: str = PATH) -> list[Problem]:
    with pytest.raises(DocumentError) as refused:
        parse(path, text.encode() if isinstance(text, str) else text)
    return list(refused.value.problems)


def problem_of(text: str | bytes, path: str = PATH) -> Problem:
    (problem,) = problems_of(text, path)
    return problem


def document(text: str | bytes) -> ParsedDocument:
    parsed = parse(PATH, text.encode() if isinstance(text, str) else text)
    assert isinstance(parsed, ParsedDocument)
    return parsed


def line_of(text: str, wanted: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if wanted in line)


def test_a_problem_reads_as_one_line_that_an_editor_can_jump_to() -> None:
    problem = Problem("two capital letters", "norge", CHANGE, "about.places.0.country", 8, PATH)
    assert str(problem) == (
        "cases/as-sykkelvei.md:8: error: about.places.0.country: expected two capital letters; found norge. "
        "Change the value."
    )


def test_all_problems_of_a_file_are_told_at_once() -> None:
    found = problems_of(case("<b>fett</b>\n", themes="[watr]", phase="sometimes"))
    assert [problem.field for problem in found] == ["body", "body", "themes.0", "phase"]


# What YAML would make of Norwegian


def test_language_no_is_read_as_bokmal_and_said_so() -> None:
    parsed = document(case(language="no"))
    assert parsed.data.language == "nb"
    assert parsed.notices == (
        Problem(
            "nb or nn",
            "no",
            "It is read as nb (Bokmål); write nb, or nn for Nynorsk.",
            field="language",
            line=2,
            path=PATH,
            severity="notice",
        ),
    )


def test_a_title_under_no_is_read_as_bokmal_and_said_so() -> None:
    text = case(title="\n  no: Sykkelvei\n  en: Cycle path")
    parsed = document(text)
    assert parsed.data.title == {"nb": "Sykkelvei", "en": "Cycle path"}
    assert [(notice.field, notice.line) for notice in parsed.notices] == [("title.no", 4)]


@pytest.mark.parametrize("spelling", ["NO", "no", "No"])
def test_language_no_is_bokmal_however_it_is_spelt(spelling: str) -> None:
    assert document(case(language=spelling)).data.language == "nb"


def test_country_no_stays_norway() -> None:
    assert document(case(about="\n  places:\n    - name: Ås\n      country: NO")).data.about.places[0].country == "NO"


def test_the_code_0301_stays_0301() -> None:
    place = "{name: Oslo, country: NO, codes: [{code: 0301, scheme: ssb-131, valid_in: 2024}]}"
    code = document(case(about=f"\n  places:\n    - {place}")).data.about.places[0].codes[0]
    assert (code.code, code.valid_in) == ("0301", "2024")


@pytest.mark.parametrize(
    "word", ["on", "off", "yes", "no", "null", "~", "true", "1_000", "1e3", "12:30:00", "2024-01-01"]
)
def test_a_word_that_yaml_takes_for_something_else_stays_the_word(word: str) -> None:
    assert document(case(title=word)).data.title == {"nb": word}


# Fields


@pytest.mark.parametrize("field", EIGHT_REQUIRED)
def test_a_case_without_a_required_field_is_told_which_one(field: str) -> None:
    mend = f"Add {field}; docs/writing-a-document.md shows how."
    entries: dict[str, Any] = {field: None}
    assert problem_of(case(**entries)) == Problem("a value", "none", mend, field, 2, PATH)


@pytest.mark.parametrize("field", EIGHT_REQUIRED)
def test_an_empty_required_field_counts_as_missing(field: str) -> None:
    assert problem_of(case(**{field: "\n"})).mend.startswith(f"Add {field};")


def test_eight_missing_fields_are_named_one_by_one() -> None:
    found = problems_of("---\nkeywords: [sykkel]\n---\n")
    assert {problem.field for problem in found} == {*EIGHT_REQUIRED}
    assert len(found) == 8


def test_an_unknown_field_is_told_with_the_name_that_was_probably_meant() -> None:
    text = case(theme="[mobility]")
    expected = Problem(
        "a field that the hub knows", "the field theme", "Did you mean themes?", "theme", line_of(text, "theme:"), PATH
    )
    assert problem_of(text) == expected


def test_an_unknown_field_like_no_other_is_told_where_its_text_could_go() -> None:
    problem = problem_of(case(colour="blue"))
    assert (problem.field, problem.mend) == ("colour", "Take it out, or say it in the body.")


def test_an_unknown_field_inside_a_lesson_is_told_with_its_own_line() -> None:
    text = case(lessons="\n  - id: asfalt\n    text: Asfalt.\n    polarity: worked\n    evidence: E0\n    proof: none")
    problem = problem_of(text)
    assert (problem.field, problem.line) == ("lessons.0.proof", line_of(text, "proof"))


VALUES = [
    ("language", "fr", "language", "'en', 'nb', 'nn' or 'nl'", "fr", CHANGE),
    ("language", "[nb]", "language", "'en', 'nb', 'nn' or 'nl'", "['nb']", CHANGE),
    ("title", "[a]", "title", "one text for each language, indented below it", "['a']", CHANGE),
    ("title", "{nb: Vei, fr: Rue}", "title.fr", "'en', 'nb', 'nn' or 'nl'", "fr", CHANGE),
    ("title", "{en: Road}", "title", "a text in the document's own language", "no nb", CHANGE),
    ("licence", "CC BY 4.0", "licence", "an SPDX licence name such as CC-BY-4.0", "CC BY 4.0", CHANGE),
    ("about", "{places: []}", "about.places", "at least one place that the case is about", "none", CHANGE),
    (
        "about",
        "{places: [{name: Ås, country: norge}]}",
        "about.places.0.country",
        "two capital letters (ISO 3166-1), such as NO, NL or GB",
        "norge",
        CHANGE,
    ),
    ("lessons", "[]", "lessons", "at least one", "[]", CHANGE),
    ("confidence", "high", "confidence", "fields with values below it, indented", "high", CHANGE_OR_TAKE_OUT),
    (
        "confidence",
        "{level: sure, note: x}",
        "confidence.level",
        "one of high, medium, low",
        "sure",
        CHANGE_OR_TAKE_OUT,
    ),
    ("themes", "mobility", "themes", "a list, each item on a line that begins with a hyphen", "mobility", None),
    (
        "period",
        "{start: i fjor}",
        "period.start",
        "a date such as 2019, 2019-05 or 2019-05-31, or unknown",
        "i fjor",
        None,
    ),
    ("published", "31.05.2024", "published", "a date such as 2019-05-31", "31.05.2024", None),
    ("published", "2024-02-30", "published", "a date that is in the calendar", "2024-02-30", None),
    ("version", "two", "version", "a whole number", "two", None),
    ("version", "0", "version", "greater than or equal to 1", "0", None),
    ("version", "1000001", "version", "less than or equal to 1000000", "1000001", None),
    ("version", "9" * 20, "version", "less than or equal to 1000000", "9" * 20, None),
    ("version", "9" * 5_000, "version", "a whole number", "9" * 77 + "…", None),
    ("programme", "Nord Lys", "programme", "lower-case letters a to z, digits and hyphens", "Nord Lys", None),
    (
        "sources",
        '[{n: 1, title: x, url: "javascript:alert(1)"}]',
        "sources.0.url",
        "a web address that begins with https:// or http://",
        "javascript:alert(1)",
        None,
    ),
]


@pytest.mark.parametrize(("entry", "value", "field", "expected", "found", "mend"), VALUES)
def test_a_value_that_cannot_be_is_told_in_the_writers_words(
    entry: str, value: str, field: str, expected: str, found: str, mend: str | None
) -> None:
    text = case(**{entry: value})
    problem = Problem(expected, found, mend or CHANGE_OR_TAKE_OUT, field, line_of(text, f"{entry}:"), PATH)
    assert problem_of(text) == problem


LESSON = "{id: asfalt, text: Asfalt., polarity: worked, evidence: E0}"


def test_a_lesson_that_names_a_source_which_is_not_listed_is_refused() -> None:
    problem = problem_of(case(lessons=f"\n  - {LESSON.replace('E0', 'E0, sources: [7]')}"))
    assert (problem.field, problem.expected) == ("lessons", "a source that is listed")
    assert problem.found == "lesson asfalt names 7"


def test_two_lessons_of_one_name_are_refused() -> None:
    problem = problem_of(case(lessons=f"\n  - {LESSON}\n  - {LESSON}"))
    assert (problem.field, problem.expected, problem.found) == ("lessons", "every id once", "asfalt stands twice")


def test_a_polarity_that_is_not_ours_is_told_with_the_four_that_are() -> None:
    text = case(lessons="\n  - id: asfalt\n    text: Asfalt.\n    polarity: good\n    evidence: E0")
    problem = problem_of(text)
    assert (problem.field, problem.line) == ("lessons.0.polarity", line_of(text, "polarity"))
    assert problem.expected == "one of worked, did_not_work, mixed, warning"


# YAML


def test_broken_yaml_is_told_with_its_line_and_what_usually_helps() -> None:
    text = case(title="Ås: veien: fram")
    problem = problem_of(text)
    assert (problem.expected, problem.line, problem.path) == ("YAML", 3, PATH)
    assert problem.mend == ("Put a text that holds a colon, a quotation mark or a # in quotes, and indent with spaces.")


def test_a_field_that_stands_twice_is_refused() -> None:
    text = case().replace("licence:", "title: En til\nlicence:")
    expected = Problem(
        "every field once", "title twice", "Keep one of the two.", "title", line_of(text, "En til"), PATH
    )
    assert problem_of(text) == expected


def test_a_yaml_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcd", "bcde", strict=True)
    )
    problem = problem_of(f"---\n{bomb}---\n")
    assert problem == Problem(
        "values written out", "a YAML anchor or alias (& or *)", "Write the value out where it is meant.", "", 2, PATH
    )


def test_deep_nesting_is_refused_before_it_takes_the_stack() -> None:
    problem = problem_of(f"---\ntitle: {'[' * 100_000}\n---\n")
    assert (problem.expected, problem.found, problem.line) == ("at most 12 levels", "more", 2)
    assert problem.mend == "Flatten the front matter."


def test_a_yaml_tag_is_refused_and_runs_nothing() -> None:
    problem = problem_of(case(title="!!python/object/apply:os.system [id]"))
    assert (problem.expected, problem.line, problem.mend) == ("plain values", 3, "Take the tag (!) out.")
    assert "python/object/apply:os.system" in problem.found


def test_front_matter_in_braces_is_refused_since_nothing_could_be_added_to_it() -> None:
    problem = problem_of("---\n{language: nb, title: Vei}\n---\n")
    assert (problem.expected, problem.line) == ("one field a line", 2)


def test_front_matter_that_is_a_list_is_refused() -> None:
    problem = problem_of("---\n- language: nb\n---\n")
    assert (problem.expected, problem.found, problem.line) == ("fields with values", "none", 2)


def test_yaml_that_ends_before_the_second_fence_is_refused() -> None:
    assert problem_of(case().replace("---\nVeien", "...\n---\nVeien")).found == "..."


def test_half_a_megabyte_of_front_matter_is_refused() -> None:
    problem = problem_of(case(costs='"' + "x" * 500_000 + '"'))
    assert (problem.expected, problem.found) == ("at most 256 KiB of front matter", "488 KiB")


def test_nul_characters_are_refused_since_no_database_takes_them() -> None:
    assert problem_of(case("a\0b\n")).found == "a NUL character"
    written_out = problem_of(case(title=r'"a\0b"'))
    assert (written_out.found, written_out.line) == ("a NUL character", 3)


# The file itself


def test_a_file_in_another_encoding_is_told_the_line_and_the_byte() -> None:
    text = case("Første linje\nÅs\n")
    found = "the byte 0xe5, which UTF-8 does not have there"
    mend = "Save the file again with the encoding UTF-8."
    expected = Problem("text in UTF-8", found, mend, "", line_of(text, "på"), PATH)
    assert problem_of(text.encode("latin-1")) == expected


def test_a_file_of_fifty_megabytes_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write(tmp_path, PATH, "---\n").open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    reading = ContentFolder(tmp_path).read()
    assert reading.problems == [
        Problem(
            "a file of at most 2048 KiB",
            "51200 KiB",
            "Leave pictures and attachments out, or split the text into several documents.",
            path=PATH,
        )
    ]


def test_a_text_over_the_limit_is_refused_wherever_it_comes_from() -> None:
    assert problem_of(case("x" * MAX_BYTES)).expected == "a file of at most 2048 KiB"


@pytest.mark.parametrize("target", ["elsewhere.md", "/etc/hostname", "nowhere"])
def test_a_link_is_not_followed(tmp_path: Path, target: str) -> None:
    write(tmp_path, "elsewhere.md", case())
    (tmp_path / "cases").mkdir()
    (tmp_path / PATH).symlink_to(tmp_path / target)
    reading = ContentFolder(tmp_path).read()
    assert reading.problems == [
        Problem("a plain file", "a link or something else", "Put the file itself there.", path=PATH)
    ]


def test_windows_line_ends_are_read_like_any_other() -> None:
    text = case("Første.\r\n\r\nAndre.\r\n").replace("\r\n", "\n").replace("\n", "\r\n")
    assert document(text).data == document(text.replace("\r\n", "\n")).data
    assert document(text).source.text == text


def test_a_byte_order_mark_is_read_over_and_kept() -> None:
    parsed = document("\ufeff" + case())
    assert parsed.data == document(case()).data
    assert parsed.source.text == "\ufeff" + case()


def test_a_file_without_a_line_end_at_the_end_is_read() -> None:
    assert document(case("Slutt")).body == "Slutt"
    assert document(case("").removesuffix("\n")).body == ""


@pytest.mark.parametrize("text", ["", "\n", "  \n\n"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    assert problem_of(text) == Problem(FENCES, "an empty file", "Begin the file with a line of ---.", "", 1, PATH)


def test_a_file_without_front_matter_is_told_what_stands_there_instead() -> None:
    assert problem_of("# Sykkelvei\n").found == repr("# Sykkelvei\n")


def test_front_matter_without_its_second_fence_is_told_so() -> None:
    mend = "Write --- on a line of its own after the last field."
    expected = Problem("a second line of --- that ends the front matter", "none", mend, "", 1, PATH)
    assert problem_of("---\nlanguage: nb\n") == expected


@pytest.mark.parametrize(
    "name",
    ["Leuven.md", "a_b.md", "a b.md", "-a.md", "a-.md", "a--b.md", "a.txt", "a", "å.md", "a.de.md", "a.b.md", "a.md\n"],
)
def test_a_file_name_that_cannot_be_an_id_is_refused(name: str) -> None:
    problem = problem_of(case(), f"cases/{name}")
    assert problem.expected == "a name of lower-case letters a to z, digits and hyphens, ending in .md"
    assert problem.found == name
    assert problem.mend == "Name the file like leuven-2030.md; a translation like leuven-2030.en.md."


@pytest.mark.parametrize("path", ["leuven.md", "towns/leuven.md", "cases/belgium/leuven.md", "/cases/leuven.md"])
def test_a_file_outside_the_folders_of_the_kinds_is_refused(path: str) -> None:
    assert problem_of(case(), path).mend == "Move the file there."


def test_a_file_name_that_is_no_text_is_refused_in_words_that_can_be_printed(tmp_path: Path) -> None:
    write(tmp_path, "cases/\udcff.md", case())
    (problem,) = ContentFolder(tmp_path).read().problems
    assert str(problem).encode().startswith(rb"cases/\udcff.md: error: expected a name")


def test_one_bad_file_stops_none_of_the_others(tmp_path: Path) -> None:
    for name in ("bad-yaml", "empty", "good"):
        write(tmp_path, f"cases/{name}.md", {"bad-yaml": case(title="a: b: c"), "empty": ""}.get(name, case()))
    reading = ContentFolder(tmp_path).read()
    assert [*reading.documents] == ["cases/good.md"]
    assert [problem.path for problem in reading.problems] == ["cases/bad-yaml.md", "cases/empty.md"]


# Translations

TRANSLATION = """\
---
language: en
translates_version: 1
translated_by: [Åse Østbø]
method: machine
title: A cycle path
summary: It was built.
---
The road.
"""


def test_a_translation_says_its_language_version_and_who_made_it_how() -> None:
    parsed = parse("cases/as-sykkelvei.en.md", TRANSLATION.encode())
    assert isinstance(parsed, ParsedTranslation)
    assert (parsed.name.id, parsed.name.translation, parsed.data.translates_version) == ("as-sykkelvei", "en", 1)
    assert parsed.data.method == "machine"


def test_a_translation_whose_name_and_field_differ_is_refused() -> None:
    problem = problem_of(TRANSLATION, "cases/as-sykkelvei.nl.md")
    mend = "Let the file's name and its field say the same language."
    assert problem == Problem("language: nl", "language: en", mend, "language", 2, "cases/as-sykkelvei.nl.md")


@pytest.mark.parametrize("field", ["language", "translates_version", "translated_by", "method", "title", "summary"])
def test_a_translation_without_a_required_field_is_told_which_one(field: str) -> None:
    text = "".join(line for line in TRANSLATION.splitlines(keepends=True) if not line.startswith(f"{field}:"))
    assert problem_of(text, "cases/as-sykkelvei.en.md").field == field


def test_a_translation_of_a_version_that_no_text_reaches_is_refused() -> None:
    text = TRANSLATION.replace("translates_version: 1", "translates_version: 99999999999999999999")
    problem = problem_of(text, "cases/as-sykkelvei.en.md")
    assert (problem.field, problem.expected) == ("translates_version", "less than or equal to 1000000")


def test_a_translation_is_refused_html_like_any_document() -> None:
    problem = problem_of(TRANSLATION + "<script src=x>\n", "cases/as-sykkelvei.en.md")
    assert (problem.field, problem.line) == ("body", 10)

"""What `hub check --content` asks of full translations: that they say what the original says, and all of it."""

from collections.abc import Iterator, Mapping
from functools import partial

from hub.documents.content_check import Detect, figures_out_of_sheet, hard_to_read, links_out_of_sources, wrong_language
from hub.documents.fact_sheets import FactSheet
from hub.documents.links_check import dangling_addresses
from hub.documents.parse import ParsedDocument
from hub.documents.plain_text import PlainTranslation
from hub.documents.problems import Problem


def check_translation(
    translation: PlainTranslation,
    sheets: Mapping[str, FactSheet] | None,
    known: Mapping[str, ParsedDocument],
    detect: Detect,
) -> list[Problem]:
    """Everything wrong with the content of one translation, in the order of its lines."""
    problems = [
        *wrong_language(translation, detect),
        *hard_to_read(translation),
        *links_out_of_sources(translation, translation.original.data),
        *dangling_addresses(translation.parsed.source.body, translation.body.line, known),
        *other_lessons(translation),
        *other_version(translation),
        *other_sections(translation),
    ]
    sheet = (sheets or {}).get(translation.parsed.name.id)
    if sheet is not None:
        problems += figures_out_of_sheet(translation, sheet)
    found = sorted(problems, key=lambda problem: problem.line or 0)
    return [problem.at(translation.parsed.name.path) for problem in found]


def other_lessons(translation: PlainTranslation) -> Iterator[Problem]:
    """Lessons of the original that are not translated, and lessons that it does not have."""
    originals = [lesson.id for lesson in translation.original.data.lessons]
    translated = [lesson.id for lesson in translation.parsed.data.lessons]
    for missing in originals:
        if missing not in translated:
            mend, line = "Translate it.", translation.line("lessons")
            yield Problem(f"the lesson {missing} of the original", "none", mend, "lessons", line)
    for i, extra in enumerate(translated):
        if extra not in originals or translated.index(extra) != i:
            mend, line = "Take it out, or correct its id.", translation.line("lessons", i)
            yield Problem("each lesson of the original once", extra, mend, f"lessons.{i}.id", line)
    for i, lesson in enumerate(translation.parsed.data.lessons):
        said = [len(one.conditions) for one in translation.original.data.lessons if one.id == lesson.id]
        if said and said[0] != len(lesson.conditions):
            mend, line = "Translate every condition.", translation.line("lessons", i)
            field, found = f"lessons.{i}.conditions", str(len(lesson.conditions))
            yield Problem(f"{said[0]} conditions, as in the original", found, mend, field, line)


def other_version(translation: PlainTranslation) -> Iterator[Problem]:
    """That a newer version of the original is published than the one that was translated, or none of that number."""
    current, translated = translation.original.data.version or 1, translation.parsed.data.translates_version
    if translated == current:
        return
    problem = partial(
        Problem,
        f"version {current}, the present one",
        str(translated),
        field="translates_version",
        line=translation.line("translates_version"),
    )
    if translated < current:
        yield problem(mend="Bring it up to date, and name the new version.", severity="notice")
    else:
        yield problem(mend="Correct the number.")


def other_sections(translation: PlainTranslation) -> Iterator[Problem]:
    """That sections are missing, or there are more of them than in the original."""
    expected = translation.original.body.count("\n## ") + translation.original.body.startswith("## ")
    body = translation.parsed.source.body
    found = body.count("\n## ") + body.startswith("## ")
    if found != expected:
        mend, line = "Translate the whole text, section by section.", translation.body.line
        yield Problem(f"{expected} sections, as in the original", str(found), mend, "body", line)

"""The part of `hub check` behind --content: reads what the checks of the content need, and tells the figures."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

import click

from hub.documents.content_check import check
from hub.documents.fact_sheets import read_fact_sheets
from hub.documents.folder import ContentFolder, Reading, original
from hub.documents.links_check import by_id
from hub.documents.parse import ParsedDocument
from hub.documents.plain_text import PlainDocument, PlainTranslation
from hub.documents.problems import DocumentError, Problem
from hub.documents.readability import Readability, readability
from hub.documents.translation_check import check_translation
from hub.search.question_language import LanguageDetector


def check_content(
    published: Reading, files: tuple[Path, ...], facts: Path | None, index: Path
) -> tuple[list[Problem], list[str]]:
    """The findings in the content of `files`, or of all that is `published`, and lines of figures about them.

    Single files are still compared with everything published, for links and for sentences that stand twice.
    """
    if facts is None:
        click.echo("Not compared with fact sheets (figures, addresses), since --facts names no folder.", err=True)
    sheets = read_fact_sheets(facts) if facts else None
    chosen = _parsed(files) if files else published
    documents = published.documents | chosen.documents
    plain = {path: PlainDocument(parsed) for path, parsed in documents.items()}
    detect = LanguageDetector(index).detect
    problems = check(plain.values(), sheets, detect)
    known = by_id(plain.values())
    for path, parsed in chosen.translations.items():
        if of := documents.get(original(path)):
            problems += check_translation(PlainTranslation(parsed, of), sheets, known, detect)
    measured = [plain[path] for path in chosen.documents]
    report = [*(_of_each(measured) if files else ()), *_by_language(measured)]
    paths = {*chosen.documents, *chosen.translations}
    return [problem for problem in problems if problem.path in paths], report


def _parsed(files: tuple[Path, ...]) -> Reading:
    """What the files hold; what cannot be read is left to the check of the form, which tells of it."""
    reading = Reading()
    for file in files:
        path = "/".join(file.absolute().parts[-2:])
        try:
            document = ContentFolder(file.absolute().parent.parent).parse(path)
        except (DocumentError, OSError):
            continue
        if isinstance(document, ParsedDocument):
            reading.documents[path] = document
        else:
            reading.translations[path] = document
    return reading


def _of_each(documents: Iterable[PlainDocument]) -> list[str]:
    measured = [(document.parsed.name.path, readability(document.body.text)) for document in documents]
    return [f"{path}: {found.words} words, LIX {found.lix:.0f}" for path, found in measured]


def _by_language(documents: Iterable[PlainDocument]) -> list[str]:
    """One line a language: its documents with a body, their words, mean and highest LIX."""
    measured: dict[str, list[tuple[Readability, str]]] = defaultdict(list)
    for document in documents:
        if document.body.text.strip():
            found = readability(document.body.text)
            measured[document.parsed.data.language].append((found, document.parsed.name.path))
    return [_line(language, measured[language]) for language in sorted(measured)]


def _line(language: str, measured: list[tuple[Readability, str]]) -> str:
    words = sum(found.words for found, _ in measured)
    hardest, path = max(measured, key=lambda one: one[0].lix)
    mean = fmean(found.lix for found, _ in measured)
    count = f"{len(measured)} document{'s' if len(measured) > 1 else ''}"
    return f"{language}: {count}, {words} words, LIX {mean:.0f} on average, {hardest.lix:.0f} at most ({path})"

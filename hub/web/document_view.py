"""A document as its page shows it: in the original or in a full translation, with who speaks and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from hub.catalogue.models import DocumentRow, TranslationRow
from hub.documents.render import render
from hub.web.addresses import absolute
from hub.web.document_parts import CohortView, CommitmentView, Named, cohorts, commitments, named
from hub.web.facts import Fact, facts
from hub.web.presenting import Card, Evidence, LessonView, card, evidence, lesson, places
from hub.web.reader import Reader, Term, Text

_BASIS = {
    "own_experience": _l("from their own experience"),
    "public_sources": _l("from public sources"),
    "research": _l("from research"),
}
_GLANCE = {
    "worked": _l("What worked"),
    "did_not_work": _l("What went wrong"),
    "mixed": _l("Mixed experience"),
    "warning": _l("What to watch out for"),
}
# What writers put down for how much of a source they read; other words are shown as they stand.
_READ = {
    "excerpt": _l("an excerpt"),
    "beginning of the page": _l("the beginning of the page"),
    "full": _l("the full text"),
    "full text": _l("the full text"),
    "full text without its figure": _l("the full text without its figure"),
    "unknown": _l("not known"),
}


@dataclass(frozen=True)
class Speaks:
    """Whom it is about, who wrote it, who stands by it, and how sure the writer is."""

    places: list[str]
    organisations: list[Named]
    written_by: list[Named]
    confirmed_by: list[Named]
    only_public_sources: bool
    confidence: Term | None
    confidence_note: Text | None


@dataclass(frozen=True)
class SourceView:
    """A numbered source with how much of it was read."""

    n: int
    title: str
    url: str | None
    published: str
    accessed: str
    read: str


@dataclass(frozen=True)
class ResultView:
    """What came of it."""

    text: Text
    date: str
    maturity: str
    evidence: Evidence | None
    sources: list[int]


@dataclass(frozen=True)
class Shown:
    """Which text the page shows: `translation` when it is one, with the version it follows and whether that is old.

    `introduced` says that a `foreign` text has at least title and summary in the reader's language.
    """

    language: Term
    foreign: bool
    introduced: bool = True
    translation: bool = False
    of_version: int = 0
    stale: bool = False
    machine: bool = False
    original_url: str = ""
    translation_url: str = ""


@dataclass(frozen=True)
class DocumentView:
    """Everything on a document's page."""

    id: str
    card: Card
    plural: str
    shown: Shown
    question: Text | None
    facts: list[Fact]
    glance: list[tuple[str, LessonView]]
    speaks: Speaks
    lessons: list[LessonView]
    body: Markup
    body_lang: str | None
    results: list[ResultView]
    costs: Text | None
    sources: list[SourceView]
    version: int
    published: str
    modified: str
    licence: str
    permanent: str
    permanent_version: str
    markdown: str
    cohorts: list[CohortView]
    parties: list[Named]
    commitments: list[CommitmentView]


def document_view(
    reader: Reader,
    row: DocumentRow,
    translation: TranslationRow | None,
    pages: Mapping[str, str],
    *,
    original: bool = False,
) -> DocumentView:
    """The page of a document; `pages` are addresses of the organisations and cases it names, by id."""
    data = row.data
    used = None if original else translation
    words = used.data if used else {}
    lessons = _lessons(reader, row, words)
    language = reader.locale if used else row.language
    return DocumentView(
        id=row.id,
        card=card(reader, row),
        plural=reader.plural(row.kind),
        shown=_shown(reader, row, translation, used),
        question=_question(reader, row, words),
        facts=facts(reader, row),
        glance=_glance(lessons),
        speaks=_speaks(reader, row, words, pages),
        lessons=lessons,
        body=_html(used.body if used else row.body),
        body_lang=reader.text("", language).lang,
        results=[_result(reader, row.language, result) for result in data.get("results", [])],
        costs=None if data.get("costs", "unknown") == "unknown" else reader.text(data["costs"], row.language),
        sources=[_source(reader, source) for source in data.get("sources", [])],
        version=row.version,
        published=reader.date(row.published),
        modified=reader.date(row.modified),
        licence=data["licence"],
        permanent=absolute(url_for("permanent.document", doc_id=row.id)),
        permanent_version=absolute(url_for("permanent.version", doc_id=row.id, number=row.version)),
        markdown=url_for("permanent.markdown", doc_id=row.id),
        cohorts=cohorts(reader, row, pages),
        parties=[
            named(each, reader.text(each.get("role", ""), row.language), pages) for each in data.get("parties", [])
        ],
        commitments=commitments(reader, row),
    )


@lru_cache(maxsize=256)
def _html(body: str) -> Markup:
    """A body as HTML, made once: the same text always gives the same HTML."""
    return Markup(render(body))  # noqa: S704 (render always sanitises)


def _lessons(reader: Reader, row: DocumentRow, words: Mapping[str, Any]) -> list[LessonView]:
    translated = {each["id"]: each for each in words.get("lessons", [])}
    return [
        lesson(reader, row.id, row.language, each, translated.get(each["id"])) for each in row.data.get("lessons", [])
    ]


def _glance(lessons: list[LessonView]) -> list[tuple[str, LessonView]]:
    """Two lessons that say most in half a minute: what worked and what went wrong, else the next best."""
    firsts = [next((each for each in lessons if each.polarity.key == key), None) for key in _GLANCE]
    return [(str(_GLANCE[each.polarity.key]), each) for each in firsts if each][:2]


def _shown(reader: Reader, row: DocumentRow, translation: TranslationRow | None, used: TranslationRow | None) -> Shown:
    language = Term(row.language, reader.language(row.language))
    here = card(reader, row).url
    if used:
        version = int(used.data["translates_version"])
        return Shown(
            language,
            foreign=False,
            translation=True,
            of_version=version,
            stale=version < row.version,
            machine=used.data["method"] == "machine",
            original_url=f"{here}?original=1",
        )
    introduced = reader.locale in row.title and reader.locale in row.summary
    return Shown(
        language, not reader.understands(row.language), introduced, translation_url=here if translation else ""
    )


def _question(reader: Reader, row: DocumentRow, words: Mapping[str, Any]) -> Text | None:
    if words.get("question"):
        return reader.text(words["question"], reader.locale)
    questions = row.data.get("question")
    return reader.best(questions, row.language) if questions else None


def _speaks(reader: Reader, row: DocumentRow, words: Mapping[str, Any], pages: Mapping[str, str]) -> Speaks:
    data = row.data
    about = data.get("about", {})
    writers = data["written_by"]
    sure = data.get("confidence", "unknown")
    known = isinstance(sure, dict)
    note = words.get("confidence_note") or (sure["note"] if known else "")
    language = reader.locale if words.get("confidence_note") else row.language
    return Speaks(
        places=places(reader, data, most=20),
        organisations=[
            named(party, reader.text(party.get("role", ""), row.language), pages)
            for party in about.get("organisations", [])
        ],
        written_by=[named(writer, Text(str(_BASIS[writer["basis"]])), pages) for writer in writers],
        confirmed_by=[named(each, Text(reader.date(each["date"])), pages) for each in data.get("confirmed_by", [])],
        only_public_sources=all(writer["basis"] == "public_sources" for writer in writers),
        confidence=reader.term("confidence", sure["level"]) if known else None,
        confidence_note=reader.text(note, language) if note else None,
    )


def _result(reader: Reader, language: str, result: Mapping[str, Any]) -> ResultView:
    key = result.get("evidence", "unknown")
    when, maturity = result.get("date", "unknown"), result.get("maturity", "unknown")
    return ResultView(
        text=reader.text(result["text"], language),
        date="" if when == "unknown" else reader.date(when),
        maturity="" if maturity == "unknown" else reader.label("maturities", maturity),
        evidence=None if key == "unknown" else evidence(reader, key),
        sources=list(result.get("sources", [])),
    )


def _source(reader: Reader, source: Mapping[str, Any]) -> SourceView:
    published, accessed = source.get("published", "unknown"), source.get("accessed", "unknown")
    read = source.get("read", "unknown")
    return SourceView(
        n=source["n"],
        title=source["title"],
        url=source.get("url"),
        published="" if published == "unknown" else reader.date(published),
        accessed="" if accessed == "unknown" else reader.date(accessed),
        read=str(_READ.get(read, read)),
    )

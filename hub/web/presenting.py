"""Rows of the catalogue as templates show them: cards and lessons, everything in words and in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.catalogue.models import DocumentRow
from hub.documents.parse import KIND_OF_FOLDER
from hub.web.reader import Reader, Term, Text

FOLDER_OF_KIND = {kind: folder for folder, kind in KIND_OF_FOLDER.items()}
_EVIDENCE = {
    "E0": _l("somebody's own account; nobody has measured it"),
    "E1": _l("measured by those who did it"),
    "E2": _l("evaluated by the organisation itself"),
    "E3": _l("evaluated by somebody independent"),
    "E4": _l("compared with what happened elsewhere or would have happened without it"),
}


@dataclass(frozen=True)
class Evidence:
    """A rung of the evidence ladder, 0 to 4, with what it means."""

    key: str
    label: str
    meaning: str
    rung: int


@dataclass(frozen=True)
class LessonView:
    """One lesson as a card."""

    id: str
    text: Text
    polarity: Term
    practices: list[Term]
    conditions: list[Text]
    evidence: Evidence
    our_reading: bool
    conditions_are_our_reading: bool
    sources: list[int]
    permanent: str


@dataclass(frozen=True)
class Card:
    """A document in a list."""

    url: str
    kind: Term
    title: Text
    summary: Text
    places: list[str]
    language: str
    themes: list[Term]
    phase: Term | None
    polarities: list[tuple[Term, int]]
    modified: str


def document_url(row: DocumentRow, *, anchor: str | None = None, **query: Any) -> str:
    """The address of a document's page in the language of the page that links to it."""
    return url_for("documents.page", folder=FOLDER_OF_KIND[row.kind], doc_id=row.id, _anchor=anchor, **query)


def version_url(row: DocumentRow, number: int, **query: Any) -> str:
    """The address of the page of one version."""
    return url_for("documents.version", folder=FOLDER_OF_KIND[row.kind], doc_id=row.id, number=number, **query)


def card(reader: Reader, row: DocumentRow) -> Card:
    """A document in a list."""
    data = row.data
    phase = data.get("phase", "unknown")
    return Card(
        url=document_url(row),
        kind=reader.term("kinds", row.kind),
        title=reader.best(row.title, row.language),
        summary=reader.best(row.summary, row.language),
        places=places(reader, data),
        language=str(_("Text in %(language)s", language=reader.language(row.language))),
        themes=terms(reader, "themes", data.get("themes", [])),
        phase=None if phase == "unknown" else reader.term("phases", phase),
        polarities=polarities(reader, data.get("lessons", [])),
        modified=reader.date(row.modified),
    )


def cards(reader: Reader, rows: Iterable[DocumentRow]) -> list[Card]:
    """Documents in a list."""
    return [card(reader, row) for row in rows]


def places(reader: Reader, data: Mapping[str, Any], most: int = 3) -> list[str]:
    """Places, those of one country together; no more than fit on a line."""
    found = data.get("about", {}).get("places", [])
    by_country: dict[str, list[str]] = {}
    for place in found[:most]:
        by_country.setdefault(place["country"], []).append(place["name"])
    lines = [_in_country(reader, names, code) for code, names in by_country.items()]
    rest = len(found) - most
    return lines if rest <= 0 else [*lines, str(_("and %(count)s more", count=rest))]


def _in_country(reader: Reader, names: list[str], code: str) -> str:
    """Places with their country; the country alone where a place is the country itself, in whatever language."""
    own = [name for name in names if name not in reader.country_names(code)]
    return ", ".join([" · ".join(own), reader.country(code)] if own else [reader.country(code)])


def terms(reader: Reader, name: str, keys: Iterable[str]) -> list[Term]:
    """Terms of one vocabulary."""
    return [reader.term(name, key) for key in keys]


def polarities(reader: Reader, lessons: Iterable[Mapping[str, Any]]) -> list[tuple[Term, int]]:
    """How many lessons went which way, in the order of the vocabulary."""
    keys = [lesson["polarity"] for lesson in lessons]
    order = ("worked", "did_not_work", "mixed", "warning")
    return [(reader.term("polarities", key), keys.count(key)) for key in order if key in keys]


def evidence(reader: Reader, key: str) -> Evidence:
    """A rung of the ladder."""
    return Evidence(key, reader.label("evidence", key), str(_EVIDENCE[key]), int(key[1]))


def lesson(
    reader: Reader,
    document_id: str,
    language: str,
    data: Mapping[str, Any],
    translated: Mapping[str, Any] | None = None,
) -> LessonView:
    """A lesson; its words from a translation where there is one."""
    words = translated or data
    language = reader.locale if translated else language
    return LessonView(
        id=data["id"],
        text=reader.text(words["text"], language),
        polarity=reader.term("polarities", data["polarity"]),
        practices=terms(reader, "practices", data.get("practices", [])),
        conditions=[reader.text(text, language) for text in words.get("conditions") or []],
        evidence=evidence(reader, data["evidence"]),
        our_reading=data.get("origin") == "reading",
        conditions_are_our_reading=data.get("conditions_origin") == "reading",
        sources=list(data.get("sources", [])),
        permanent=url_for("permanent.document", doc_id=document_id, _anchor=data["id"]),
    )

"""A catalogue with the made corpus: the rows that `hub sync` would write, written in bulk."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from benchmarks.corpus import Text
from hub.catalogue.database import Catalogue, open_catalogue
from hub.catalogue.models import ChangeRow, DocumentRow, FacetRow, PassageRow
from hub.catalogue.rows import READER
from hub.documents.vocabularies import vocabulary
from hub.search.rows import Row

_AT_ONCE: Final = 1_000
_POLARITY: Final = "worked"
_LANGUAGES: Final = {"en": "en", "no": "nb", "nl": "nl"}

Stored = dict[str, Any]


def fill(url: str, texts: list[Text], rows: list[Row]) -> None:
    """Writes a catalogue for passages whose rows stand document by document."""
    Path(url.removeprefix("sqlite:///")).unlink(missing_ok=True)
    catalogue = open_catalogue(url)
    made = groupby(zip(rows, texts, strict=True), key=lambda pair: pair[0].document_id)
    documents = ((document_id, list(pairs)) for document_id, pairs in made)
    with catalogue.writing() as session:
        for some in _portions(documents):
            session.execute(insert(DocumentRow), [_document(document_id, pairs) for document_id, pairs in some])
            session.execute(insert(FacetRow), [facet for one in some for facet in _facets(*one)])
            session.execute(insert(PassageRow), [passage for _, pairs in some for passage in _passages(pairs)])
            session.execute(
                insert(ChangeRow), [{"document_id": document_id, "action": "added"} for document_id, _ in some]
            )
    catalogue.close()


def publish(catalogue: Catalogue, document_id: str, text: str) -> None:
    """Writes one more document of ten English passages, each with this text and its number."""
    theme, phase = (next(iter(vocabulary(name))) for name in ("themes", "phases"))
    facets = {"kind": ["case"], "language": ["en"], "theme": [theme], "country": ["NO"], "phase": [phase]}
    roles = ("lesson", "context", "done", "worked") * 2 + ("summary", "summary")
    rows = [Row(f"{document_id}:{number}", document_id, "en", role, facets) for number, role in enumerate(roles)]
    pairs = [(row, Text(f"{text} Part {number}.", "en")) for number, row in enumerate(rows)]
    with catalogue.writing() as session:
        session.execute(insert(DocumentRow), [_document(document_id, pairs)])
        session.execute(insert(FacetRow), list(_facets(document_id, pairs)))
        session.execute(insert(PassageRow), list(_passages(pairs)))
        session.execute(insert(ChangeRow), [{"document_id": document_id, "action": "added"}])


def _portions(documents: Iterator[tuple[str, list[tuple[Row, Text]]]]) -> Iterator[list[tuple[str, Any]]]:
    some: list[tuple[str, Any]] = []
    for one in documents:
        some.append(one)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _document(document_id: str, pairs: list[tuple[Row, Text]]) -> Stored:
    first, text = pairs[0]
    words = text.text.split()
    title, country = " ".join(words[:6]), first.facets["country"][0]
    language = _LANGUAGES[first.family]
    data = {
        "kind": "case",
        "title": {language: title},
        "themes": list(first.facets["theme"]),
        "phase": first.facets["phase"][0],
        "about": {"places": [{"name": f"{words[0]}by", "country": country}]},
        "lessons": [passage["lesson"] for passage in _passages(pairs) if passage["lesson"]],
    }
    return {
        "id": document_id,
        "kind": "case",
        "language": language,
        "status": "published",
        "withdrawn": False,
        "version": 1,
        "published": "2026-01-01",
        "modified": "2026-01-01",
        "path": f"cases/{document_id}.md",
        "content_hash": "",
        "reader": READER,
        "title": {language: title},
        "summary": {language: " ".join(words[:30])},
        "data": data,
        "source": "",
        "body": "",
    }


def _facets(document_id: str, pairs: list[tuple[Row, Text]]) -> Iterator[Stored]:
    values = {(facet, value) for row, _ in pairs for facet, own in row.facets.items() for value in own}
    for facet, value in sorted(values):
        yield {"document_id": document_id, "facet": facet, "value": value}


def _passages(pairs: list[tuple[Row, Text]]) -> Iterator[Stored]:
    for position, (row, text) in enumerate(pairs):
        lesson = None
        if row.role == "lesson":
            polarity = next(iter(row.facets.get("polarity", ())), _POLARITY)
            lesson = {"id": f"l{position}", "text": text.text, "polarity": polarity, "practices": [], "evidence": "E1"}
        yield {
            "id": row.id,
            "document_id": row.document_id,
            "position": position,
            "role": row.role,
            "language": _LANGUAGES[row.family],
            "heading": "",
            "anchor": "summary" if row.role == "summary" else f"section_{position}",
            "text": text.text,
            "lesson": lesson,
        }

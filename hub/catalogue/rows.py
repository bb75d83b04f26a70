"""From a parsed document to the rows that the catalogue keeps of it."""

from collections.abc import Iterator
from typing import Any, Final

from hub import languages
from hub.catalogue.models import DocumentRow, FacetRow, LinkRow, PassageRow, TranslationRow
from hub.documents.links import links
from hub.documents.parse import ParsedDocument, ParsedTranslation
from hub.documents.schemas import Case, Document, Question

# Raised when the rows made from the same file change, so that the next sync reads every file again.
READER: Final = 3

Pair = tuple[str, str]


def document_row(parsed: ParsedDocument, *, version: int, published: str, modified: str) -> DocumentRow:
    """The whole document with its facets, passages and links; a retired one is not searched and has none of them."""
    data = parsed.data
    row = DocumentRow(
        id=parsed.name.id,
        kind=parsed.name.kind,
        language=data.language,
        status=data.status,
        withdrawn=False,
        version=version,
        published=published,
        modified=modified,
        path=parsed.name.path,
        content_hash=parsed.source.hash,
        reader=READER,
        title=dict(data.title),
        summary=dict(data.summary),
        data=data.model_dump(mode="json", exclude_none=True),
        source=parsed.source.text,
        body=parsed.body,
    )
    named = sorted({(link.relation, link.target) for link in links(data)})
    row.links = [LinkRow(document_id=row.id, relation=relation, target_id=target) for relation, target in named]
    # Set in either case: merging a row leaves a collection alone that was never set.
    searched = data.status == "published"
    facets = sorted(set(_facets(data))) if searched else []
    row.facets = [FacetRow(document_id=row.id, facet=facet, value=value) for facet, value in facets]
    row.passages = list(_passages(parsed)) if searched else []
    return row


def translation_row(parsed: ParsedTranslation) -> TranslationRow:
    """A translation as it is shown."""
    return TranslationRow(
        document_id=parsed.name.id,
        language=parsed.data.language,
        path=parsed.name.path,
        content_hash=parsed.source.hash,
        data=parsed.data.model_dump(mode="json", exclude_none=True),
        body=parsed.source.body,
    )


def _facets(data: Document) -> Iterator[Pair]:
    yield "kind", data.kind
    yield "language", languages.family(data.language)
    for theme in data.themes:
        yield "theme", theme
    for place in data.about.places:
        yield "country", place.country
    if isinstance(data, Case):
        yield "phase", data.phase
    for lesson in data.lessons:
        yield "polarity", lesson.polarity
        for practice in lesson.practices:
            yield "practice", practice


def _passages(parsed: ParsedDocument) -> Iterator[PassageRow]:
    for position, fields in enumerate([*_lessons(parsed.data), *_summaries(parsed.data), *_body(parsed)]):
        defaults = {"language": parsed.data.language, "heading": ""}
        row = PassageRow(document_id=parsed.name.id, position=position, **{**defaults, **fields})
        row.id = f"{row.document_id}{row.id}"
        yield row


def _lessons(data: Document) -> Iterator[dict[str, Any]]:
    for lesson in data.lessons:
        dumped = lesson.model_dump(mode="json")
        yield {"id": f"#{lesson.id}", "role": "lesson", "anchor": lesson.id, "text": lesson.text, "lesson": dumped}


def _summaries(data: Document) -> Iterator[dict[str, Any]]:
    """Summary and question in every language they are given in: by these a whole document is found, in any of them."""
    questions = data.question if isinstance(data, Case | Question) else {}
    for language, summary in sorted(data.summary.items()):
        text = " ".join(filter(None, [summary, questions.get(language)]))
        yield {"id": f":summary-{language}", "role": "summary", "language": language, "anchor": "summary", "text": text}


def _body(parsed: ParsedDocument) -> Iterator[dict[str, Any]]:
    # Sources are shown on the page; as search results they would only be noise.
    for number, passage in enumerate(parsed.passages, 1):
        if passage.role != "sources":
            yield {
                "id": f":{number}",
                "role": passage.role,
                "anchor": passage.anchor,
                "text": passage.text,
                "heading": passage.heading,
            }

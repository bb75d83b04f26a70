"""Looking things up in the catalogue."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased, defer

from hub.catalogue.filters import FACETS, Filters
from hub.catalogue.models import ChangeRow, DocumentRow, FacetRow, LinkRow, PassageRow, TranslationRow
from hub.documents.vocabularies import vocabulary

FacetCounts = dict[str, dict[str, int]]
# Far below the number of parameters that either database takes in one statement.
_AT_ONCE: Final = 500
_KIND_ORDER: Final = case({kind: place for place, kind in enumerate(vocabulary("kinds"))}, value=DocumentRow.kind)


@dataclass(frozen=True)
class Listing:
    """A page of documents, the number of all that match, and how many there are for each value of each facet."""

    documents: Sequence[DocumentRow]
    total: int
    facets: FacetCounts


@dataclass(frozen=True)
class Stats:
    """Counts over all published documents; `lessons` and `passages` are what is searched."""

    documents: int
    lessons: int
    passages: int
    facets: FacetCounts
    confidence: dict[str, int]


def document(session: Session, document_id: str, *, follow: bool = True) -> DocumentRow | None:
    """The document of that id, or the one that took the id over; None when there is none.

    A withdrawn document is followed to its successor, and found itself where it has none. Without `follow` it is
    always found itself: its versions have addresses of their own.
    """
    found = session.get(DocumentRow, document_id)
    seen = {document_id}
    while found is None or (found.withdrawn and follow):
        successor = _successor(session, found.id if found else document_id, seen)
        if successor is None:
            return found
        seen.add(successor.id)
        found = successor
    return found


def _successor(session: Session, document_id: str, seen: set[str]) -> DocumentRow | None:
    """The first document not yet seen that took an id over; one that is still there before one that is withdrawn."""
    takes_over = (LinkRow.relation == "redirect", LinkRow.target_id == document_id, DocumentRow.id.not_in(seen))
    query = select(DocumentRow).join(LinkRow, LinkRow.document_id == DocumentRow.id).where(*takes_over)
    return session.scalars(query.order_by(DocumentRow.withdrawn, DocumentRow.id).limit(1)).first()


def documents(session: Session, ids: Collection[str]) -> dict[str, DocumentRow]:
    """Documents by id, without body and source; ids that are not there are left out."""
    query = select(DocumentRow).options(*_light())
    return {row.id: row for some in _portions(ids) for row in session.scalars(query.where(DocumentRow.id.in_(some)))}


def passages(session: Session, ids: Collection[str]) -> dict[str, PassageRow]:
    """Passages by id; ids that are not there (any more) are left out."""
    query = select(PassageRow)
    return {row.id: row for some in _portions(ids) for row in session.scalars(query.where(PassageRow.id.in_(some)))}


def browse(session: Session, filters: Filters, *, page: int = 1, size: int = 20) -> Listing:
    """Published documents that match, newest first and of one day cases first.

    Counts of a facet leave that facet's own filter aside.
    """
    query = select(DocumentRow).where(DocumentRow.status == "published", *_conditions(filters))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(DocumentRow.modified.desc(), _KIND_ORDER, DocumentRow.id).options(*_light())
    rows = session.scalars(newest.limit(size).offset((page - 1) * size)).all()
    return Listing(rows, total, {facet: _counts(session, facet, filters) for facet in FACETS})


def neighbours(session: Session, document_id: str) -> dict[str, list[DocumentRow]]:
    """Published documents that this one names or that name it, by relation (`programme`, `organisation` …)."""
    to = select(LinkRow.relation, LinkRow.target_id).where(LinkRow.document_id == document_id)
    back = select(LinkRow.relation, LinkRow.document_id).where(LinkRow.target_id == document_id)
    pairs = {(relation, other) for relation, other in session.execute(to.union(back)) if relation != "redirect"}
    rows = documents(session, {other for _, other in pairs})
    found: dict[str, list[DocumentRow]] = {}
    for relation, other in sorted(pairs):
        if other in rows and rows[other].status == "published" and other != document_id:
            found.setdefault(relation, []).append(rows[other])
    return found


def translation(session: Session, document_id: str, language: str) -> TranslationRow | None:
    """The full translation of a document into a language, where there is one."""
    return session.get(TranslationRow, (document_id, language))


def translation_languages(session: Session, document_id: str) -> list[str]:
    """The languages a document is fully translated into."""
    query = select(TranslationRow.language).where(TranslationRow.document_id == document_id)
    return list(session.scalars(query.order_by(TranslationRow.language)))


def stats(session: Session) -> Stats:
    """What there is."""
    published = DocumentRow.status == "published"
    levels: dict[str, int] = {}
    for data in session.scalars(select(DocumentRow.data).where(published)):
        confidence = data.get("confidence", "unknown")
        level = confidence if isinstance(confidence, str) else confidence["level"]
        levels[level] = levels.get(level, 0) + 1
    return Stats(
        documents=session.scalar(select(func.count()).select_from(DocumentRow).where(published)) or 0,
        lessons=session.scalar(select(func.count()).select_from(PassageRow).where(PassageRow.role == "lesson")) or 0,
        passages=session.scalar(select(func.count()).select_from(PassageRow)) or 0,
        facets={facet: _counts(session, facet, Filters()) for facet in FACETS},
        confidence=levels,
    )


def revision(session: Session) -> int:
    """The number of the last change; 0 before the first."""
    return session.scalar(select(func.max(ChangeRow.revision))) or 0


def changed_since(session: Session, since: int) -> list[str]:
    """Ids of documents changed after a revision, each once."""
    query = select(ChangeRow.document_id).where(ChangeRow.revision > since).distinct()
    return list(session.scalars(query.order_by(ChangeRow.document_id)))


def searchable(session: Session, ids: Collection[str] | None = None) -> Select[PassageRow]:
    """The query for the passages of published documents (all, or of these), in a fixed order."""
    query = select(PassageRow).order_by(PassageRow.document_id, PassageRow.position)
    return query if ids is None else query.where(PassageRow.document_id.in_(ids))


def facet_values(session: Session, ids: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """document id -> facet -> values."""
    found: dict[str, dict[str, list[str]]] = {}
    query = select(FacetRow).order_by(FacetRow.facet, FacetRow.value)
    for some in _portions(ids):
        for row in session.scalars(query.where(FacetRow.document_id.in_(some))):
            found.setdefault(row.document_id, {}).setdefault(row.facet, []).append(row.value)
    return found


def _portions(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids, each once, as many at a time as are asked for in one statement."""
    each = list(dict.fromkeys(ids))
    yield from (each[start : start + _AT_ONCE] for start in range(0, len(each), _AT_ONCE))


def _light() -> list[Any]:
    return [defer(DocumentRow.body), defer(DocumentRow.source)]


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for facet, values in filters.values.items():
        row = aliased(FacetRow)
        holds = select(row.document_id).where(row.facet == facet, row.value.in_(values))
        conditions.append(DocumentRow.id.in_(holds))
    return conditions


def _counts(session: Session, facet: str, filters: Filters) -> dict[str, int]:
    query = (
        select(FacetRow.value, func.count())
        .join(DocumentRow, DocumentRow.id == FacetRow.document_id)
        .where(FacetRow.facet == facet, DocumentRow.status == "published", *_conditions(filters.without(facet)))
        .group_by(FacetRow.value)
        .order_by(func.count().desc(), FacetRow.value)
    )
    return dict(session.execute(query).all())


def count(session: Session, filters: Filters) -> int:
    """How many published documents match."""
    query = select(func.count()).select_from(DocumentRow)
    return session.scalar(query.where(DocumentRow.status == "published", *_conditions(filters))) or 0


def newest(session: Session, filters: Filters, limit: int) -> Sequence[DocumentRow]:
    """The newest published documents that match, in the order of `browse`."""
    query = select(DocumentRow).where(DocumentRow.status == "published", *_conditions(filters)).options(*_light())
    return session.scalars(query.order_by(DocumentRow.modified.desc(), _KIND_ORDER, DocumentRow.id).limit(limit)).all()


def facet_counts(session: Session, facets: Collection[str]) -> FacetCounts:
    """How many published documents there are for each value of these facets, most frequent values first."""
    found: FacetCounts = {facet: {} for facet in facets}
    query = (
        select(FacetRow.facet, FacetRow.value, func.count())
        .join(DocumentRow, DocumentRow.id == FacetRow.document_id)
        .where(FacetRow.facet.in_(found), DocumentRow.status == "published")
        .group_by(FacetRow.facet, FacetRow.value)
        .order_by(func.count().desc(), FacetRow.value)
    )
    for facet, value, number in session.execute(query):
        found[facet][value] = number
    return found

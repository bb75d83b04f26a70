"""Which other documents a document names, in which role, and where it says so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hub.documents.front_matter import Path
from hub.documents.schemas import Agreement, Case, Document, Party, Programme, Question, Writer

# The permanent address of a document, of one of its versions or of a lesson, as texts link to it.
_PERMANENT: Final = re.compile(r"^/id/(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)(?:@\d+)?(?:#(?P<lesson>[a-z0-9-]+))?$")


@dataclass(frozen=True)
class Link:
    """That a document names `target` as its `programme`, `organisation` …, in the field at `path`."""

    relation: str
    target: str
    path: Path


def links(data: Document) -> Iterator[Link]:
    """The documents that a front matter names; the same one may come more than once."""
    yield from (Link("related", target, ("related", i)) for i, target in enumerate(data.related))
    yield from (Link("redirect", target, ("redirect_from", i)) for i, target in enumerate(data.redirect_from))
    yield from _parties(data.about.organisations, ("about", "organisations"))
    yield from _parties(data.written_by, ("written_by",))
    if isinstance(data, Agreement):
        yield from _parties(data.parties, ("parties",))
    if isinstance(data, Case) and data.programme != "unknown":
        yield Link("programme", data.programme, ("programme",))
    if isinstance(data, Question):
        yield from (Link("raised_by", target, ("raised_by", i)) for i, target in enumerate(data.raised_by))
    if isinstance(data, Programme):
        yield from _teams(data)


def _parties(parties: Sequence[Party | Writer], path: Path) -> Iterator[Link]:
    for i, party in enumerate(parties):
        if party.id:
            yield Link("organisation", party.id, (*path, i, "id"))


def _teams(data: Programme) -> Iterator[Link]:
    for i, cohort in enumerate(data.cohorts):
        for j, team in enumerate(cohort.teams):
            if team.case != "unknown":
                yield Link("case", team.case, ("cohorts", i, "teams", j, "case"))


def permanent(address: str) -> tuple[str, str | None] | None:
    """The document, and the lesson if one is named, that a link in a text leads to; None for any other link."""
    match = _PERMANENT.fullmatch(address)
    return (match["id"], match["lesson"]) if match else None

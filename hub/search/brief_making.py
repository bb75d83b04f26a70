"""From the lessons that answer a question to a brief: which are taken, under which practice, and who disagrees.

Nothing is written anew: what a brief says is what its lessons say. What the author said of a lesson goes before what
the encoder suggests.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.models import DocumentRow, PassageRow
from hub.documents.vocabularies import vocabulary
from hub.search.answers import Material
from hub.search.brief import Asker, Brief, Disagreement, Document, Extract, OpenQuestion, Place, Section
from hub.search.contract import Vectors

# What fits on the page of somebody who has ten minutes.
PER_DIRECTION: Final = 4
PER_DOCUMENT: Final = 2
DISAGREEMENTS: Final = 3
QUESTIONS: Final = 5
# Lessons nearer than this, in spreads from chance, speak of the same thing; read from the pairs of ten real briefs.
SAME_THING: Final = 4.5

DIRECTION: Final = {"worked": "worked", "did_not_work": "did_not_work", "mixed": "mixed", "warning": "mixed"}
_FAILED: Final = ("did_not_work", "warning")


@dataclass(frozen=True)
class _Candidate:
    """A lesson that may be taken; `row` is its place in the order of merit and among the vectors."""

    row: int
    extract: Extract
    document: Document
    practice: str

    @property
    def shelf(self) -> tuple[str, bool, str]:
        return self.practice, self.document.research, DIRECTION[self.extract.polarity]


def make_brief(material: Material, page: str) -> Brief:
    """The brief of what was found, for a page in the interface language `page` (en, no, nl)."""
    taken = _taken(_candidates(material))
    sections = tuple(_sections(taken))
    found = {section.practice for section in sections}
    wanted = material.filters["practice"] or tuple(vocabulary("practices"))
    return Brief(
        question=material.question,
        language=material.language,
        page=page,
        filters={facet: tuple(values) for facet, values in material.filters.values.items()},
        total=material.total,
        sections=sections,
        missing=tuple(key for key in vocabulary("practices") if key in wanted and key not in found),
        disagreements=tuple(_disagreements(taken, material.likeness)),
        questions=tuple(_questions(material)),
        documents={one.document.id: one.document for one in taken},
        encoder=material.fingerprint,
        revision=material.revision,
        corpus=material.documents,
    )


def _candidates(material: Material) -> Iterator[_Candidate]:
    wanted = material.filters["practice"]
    for row, (passage, document) in enumerate(material.lessons):
        own = (passage.lesson or {}).get("practices") or []
        choices = [key for key in own if key in wanted] or own or [*material.practices]
        practice = _nearest(material.vectors[row], choices, material.practices)
        yield _Candidate(row, _extract(passage, suggested=not own), _document(document), practice)


def _nearest(vector: Any, choices: Sequence[str], practices: Mapping[str, Vectors]) -> str:
    """The practice that a lesson says most about; the only one where there is no choice."""
    return choices[0] if len(choices) == 1 else max(choices, key=lambda key: float(vector @ practices[key]))


def _taken(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Those that are shown, in the order in which they are: the author's own first, then by merit."""
    documents, shelves, taken = Counter[str](), Counter[tuple[str, bool, str]](), list[_Candidate]()
    for one in sorted(candidates, key=lambda one: (one.extract.suggested, one.row)):
        if documents[one.document.id] < PER_DOCUMENT and shelves[one.shelf] < PER_DIRECTION:
            documents[one.document.id] += 1
            shelves[one.shelf] += 1
            taken.append(one)
    return taken


def _sections(taken: Sequence[_Candidate]) -> Iterator[Section]:
    order = list(dict.fromkeys(DIRECTION.values()))
    for practice in vocabulary("practices"):
        here = [one for one in taken if one.practice == practice]
        here.sort(key=lambda one: order.index(DIRECTION[one.extract.polarity]))
        if here:
            experience = tuple(one.extract for one in here if not one.document.research)
            yield Section(practice, experience, tuple(one.extract for one in here if one.document.research))


def _disagreements(taken: Sequence[_Candidate], likeness: NDArray[np.float64]) -> list[Disagreement]:
    """The nearest pairs that went opposite ways in different places, each lesson in one of them."""
    pairs = [
        (float(likeness[one.row, other.row]), one, other)
        for one in taken
        for other in taken
        if one.extract.polarity == "worked" and other.extract.polarity in _FAILED and _elsewhere(one, other)
    ]
    found: list[Disagreement] = []
    used: set[int] = set()
    for near, one, other in sorted(pairs, key=lambda pair: -pair[0]):
        if near >= SAME_THING and not used & {one.row, other.row} and len(found) < DISAGREEMENTS:
            used |= {one.row, other.row}
            found.append(Disagreement(one.extract, other.extract, _differences(one, other)))
    return found


def _elsewhere(one: _Candidate, other: _Candidate) -> bool:
    here, there = ({(place.name, place.country) for place in each.document.places} for each in (one, other))
    return bool(here and there) and not here & there


Of = Callable[[Document, Extract], object]
# What can tell two contexts apart; a value that is not known tells nothing.
CONTEXT: Final[Mapping[str, Of]] = {
    "country": lambda document, _: {place.country for place in document.places},
    "level": lambda document, _: {place.level for place in document.places} - {"unknown"},
    "phase": lambda document, _: {document.phase} - {"unknown"},
    "period": lambda document, _: {name: value for name, value in document.period.items() if value != "unknown"},
    "themes": lambda document, _: {*document.themes},
    "instruments": lambda document, _: {*document.instruments},
    "conditions": lambda _, extract: {*extract.conditions},
}


def _differences(one: _Candidate, other: _Candidate) -> tuple[str, ...]:
    """The names of what differs, where at least one of both says anything."""
    sides = [{name: of(each.document, each.extract) for name, of in CONTEXT.items()} for each in (one, other)]
    return tuple(name for name in CONTEXT if sides[0][name] != sides[1][name])


def _questions(material: Material) -> Iterator[OpenQuestion]:
    for row in material.asked[:QUESTIONS]:
        raised = [material.raised_by[each] for each in row.data["raised_by"] if each in material.raised_by]
        askers = tuple(Asker(each.id, each.version, each.language, dict(each.title)) for each in raised)
        yield OpenQuestion(row.id, row.version, row.language, dict(row.title), dict(row.data["question"]), askers)


def _extract(passage: PassageRow, *, suggested: bool) -> Extract:
    data = passage.lesson or {}
    return Extract(
        document=passage.document_id,
        lesson=data["id"],
        text=data["text"],
        language=passage.language,
        polarity=data["polarity"],
        evidence=data["evidence"],
        reading=data.get("origin") == "reading",
        conditions=tuple(data.get("conditions") or ()),
        conditions_reading=data.get("conditions_origin") == "reading",
        suggested=suggested,
    )


def _document(row: DocumentRow) -> Document:
    data, confidence = row.data, row.data.get("confidence", "unknown")
    plain = Document(row.id, row.version, row.kind, row.language, dict(row.title), dict(row.summary))
    return replace(
        plain,
        research=row.kind == "insight" or any(each["basis"] == "research" for each in data["written_by"]),
        places=tuple(_place(each) for each in data["about"]["places"]),
        confidence=confidence if isinstance(confidence, str) else confidence["level"],
        confirmed=bool(data.get("confirmed_by")),
        phase=data.get("phase", "unknown"),
        period=dict(data.get("period", {})),
        themes=tuple(data["themes"]),
        instruments=tuple(data.get("instruments", ())),
    )


def _place(data: Mapping[str, Any]) -> Place:
    return Place(data["name"], data["country"], data["level"])

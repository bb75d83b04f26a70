"""A brief as templates and downloads show it: in words, in the reader's language, what is quoted in its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.documents.vocabularies import vocabulary
from hub.languages import INTERFACES
from hub.search.brief import Brief, Disagreement, Document, Extract, OpenQuestion, Section
from hub.search.brief_making import DIRECTION
from hub.web import facets
from hub.web.addresses import absolute
from hub.web.presenting import Evidence, evidence, places
from hub.web.reader import Reader, Term, Text

_DIRECTIONS: Final = {
    "worked": _l("What worked"),
    "did_not_work": _l("What did not work"),
    "mixed": _l("Mixed results and warnings"),
}
_EXPERIENCE, _RESEARCH = _l("Experience of places"), _l("Research and advice")


@dataclass(frozen=True)
class CaseView:
    """A document that is quoted; `number` is the one that lines refer to it by, `address` is permanent and whole."""

    number: int
    kind: Term
    title: Text
    summary: Text
    where: list[str]
    confidence: str
    confirmed: bool
    address: str


@dataclass(frozen=True)
class LineView:
    """One extract with all that is needed to judge it; `url` leads to this lesson in this version."""

    text: Text
    polarity: Term
    evidence: Evidence
    case: CaseView
    url: str
    reading: bool
    suggested: bool


@dataclass(frozen=True)
class ConditionView:
    """What one lesson depends on; `reading` where the writer and not the source says so."""

    texts: list[Text]
    case: CaseView
    url: str
    reading: bool


@dataclass(frozen=True)
class Column:
    """Experience or research within a practice: (label, key, lines) for each direction that has any."""

    key: str
    label: str
    groups: list[tuple[str, str, list[LineView]]]


@dataclass(frozen=True)
class PracticeView:
    """One practice."""

    term: Term
    hint: str
    columns: list[Column]
    depends: list[ConditionView]


@dataclass(frozen=True)
class Difference:
    """A side of their contexts in which two places differ."""

    label: str
    worked: list[Text]
    failed: list[Text]


@dataclass(frozen=True)
class DisagreementView:
    """Two places side by side."""

    worked: LineView
    failed: LineView
    differences: list[Difference]


@dataclass(frozen=True)
class QuestionView:
    """A question that nobody has answered; `raised_by` are (title, address)."""

    title: Text
    question: Text
    url: str
    raised_by: list[tuple[Text, str]]


@dataclass(frozen=True)
class BriefView:
    """Everything on the page; `filters` are (facet, value) in words."""

    question: Text
    language: str
    filters: list[tuple[str, str]]
    answered: bool
    shown: int
    total: int
    practices: list[PracticeView]
    disagreements: list[DisagreementView]
    questions: list[QuestionView]
    missing: list[Term]
    cases: list[CaseView]
    corpus: int
    revision: int


def brief_view(reader: Reader, brief: Brief, *, whole: bool = False) -> BriefView:
    """The brief for a reader; `whole` gives addresses that hold outside this site too."""
    return _Maker(reader, brief, whole).view()


class _Maker:
    """Makes the parts of one view."""

    def __init__(self, reader: Reader, brief: Brief, whole: bool) -> None:
        self._reader, self._brief, self._whole = reader, brief, whole
        order = dict.fromkeys(extract.document for extract in brief.extracts)
        self._cases = {key: self._case(number, brief.documents[key]) for number, key in enumerate(order, 1)}

    def view(self) -> BriefView:
        reader, brief = self._reader, self._brief
        pairs = [(facet, value) for facet, values in brief.filters.items() for value in values]
        return BriefView(
            question=reader.text(brief.question, INTERFACES[brief.language].tag),
            language=reader.language(brief.language),
            filters=[(facets.heading(facet), facets.label(reader, facet, value)) for facet, value in pairs],
            answered=brief.answered,
            shown=len(brief.extracts),
            total=brief.total,
            practices=[self._practice(section) for section in brief.sections],
            disagreements=[self._disagreement(each) for each in brief.disagreements],
            questions=[self._question(each) for each in brief.questions],
            missing=[reader.term("practices", key) for key in brief.missing],
            cases=list(self._cases.values()),
            corpus=brief.corpus,
            revision=brief.revision,
        )

    def _address(self, document: str, version: int, lesson: str | None = None, *, whole: bool = False) -> str:
        path = url_for("permanent.version", doc_id=document, number=version, _anchor=lesson)
        return absolute(path) if whole or self._whole else path

    def _case(self, number: int, document: Document) -> CaseView:
        reader = self._reader
        return CaseView(
            number=number,
            kind=reader.term("kinds", document.kind),
            title=reader.best(document.title, document.language),
            summary=reader.best(document.summary, document.language),
            where=places(reader, {"about": {"places": [asdict(place) for place in document.places]}}),
            confidence=reader.label("confidence", document.confidence),
            confirmed=document.confirmed,
            address=self._address(document.id, document.version, whole=True),
        )

    def _url(self, extract: Extract) -> str:
        return self._address(extract.document, self._brief.documents[extract.document].version, extract.lesson)

    def _line(self, extract: Extract) -> LineView:
        return LineView(
            text=self._reader.text(extract.text, extract.language),
            polarity=self._reader.term("polarities", extract.polarity),
            evidence=evidence(self._reader, extract.evidence),
            case=self._cases[extract.document],
            url=self._url(extract),
            reading=extract.reading,
            suggested=extract.suggested,
        )

    def _practice(self, section: Section) -> PracticeView:
        columns = [("experience", _EXPERIENCE, section.experience), ("research", _RESEARCH, section.research)]
        key, locale = section.practice, self._reader.locale
        return PracticeView(
            term=self._reader.term("practices", key),
            hint=str(vocabulary("practices")[key][f"{locale}_hint"]),
            columns=[Column(name, str(label), self._groups(extracts)) for name, label, extracts in columns],
            depends=list(self._depends(section)),
        )

    def _groups(self, extracts: tuple[Extract, ...]) -> list[tuple[str, str, list[LineView]]]:
        found: dict[str, list[LineView]] = {}
        for extract in extracts:
            found.setdefault(DIRECTION[extract.polarity], []).append(self._line(extract))
        return [(str(label), key, found[key]) for key, label in _DIRECTIONS.items() if key in found]

    def _depends(self, section: Section) -> Iterator[ConditionView]:
        """The conditions of every lesson; what two lessons of one case both depend on stands once."""
        said: set[tuple[str, str]] = set()
        for extract in section:
            new = [text for text in extract.conditions if (extract.document, text) not in said]
            said |= {(extract.document, text) for text in new}
            if new:
                texts = [self._reader.text(text, extract.language) for text in new]
                case = self._cases[extract.document]
                yield ConditionView(texts, case, self._url(extract), extract.conditions_reading)

    def _disagreement(self, each: Disagreement) -> DisagreementView:
        sides = [(self._brief.documents[extract.document], extract) for extract in (each.worked, each.failed)]
        differences = [
            Difference(str(label), *(say(self._reader, *side) for side in sides))
            for key, (label, say) in _CONTEXT.items()
            if key in each.differences
        ]
        return DisagreementView(self._line(each.worked), self._line(each.failed), differences)

    def _question(self, each: OpenQuestion) -> QuestionView:
        best = self._reader.best
        return QuestionView(
            title=best(each.title, each.language),
            question=best(each.question, each.language),
            url=self._address(each.id, each.version),
            raised_by=[(best(one.title, one.language), self._address(one.id, one.version)) for one in each.raised_by],
        )


Say = Callable[[Reader, Document, Extract], list[Text]]


def _known(reader: Reader, name: str, keys: Iterator[str]) -> list[Text]:
    return [Text(reader.label(name, key)) for key in dict.fromkeys(keys) if key != "unknown"]


def _countries(reader: Reader, document: Document, _extract: Extract) -> list[Text]:
    return [Text(reader.country(code)) for code in dict.fromkeys(place.country for place in document.places)]


def _period(reader: Reader, document: Document, _extract: Extract) -> list[Text]:
    text = reader.period(document.period)
    return [Text(text)] if text else []


def _conditions(reader: Reader, _document: Document, extract: Extract) -> list[Text]:
    drawn = [Text(f"({_('our reading')})")] if extract.conditions and extract.conditions_reading else []
    return [*(reader.text(text, extract.language) for text in extract.conditions), *drawn]


_CONTEXT: Final[Mapping[str, tuple[object, Say]]] = {
    "country": (_l("Country"), _countries),
    "level": (
        _l("Level"),
        lambda reader, one, _extract: _known(reader, "levels", (place.level for place in one.places)),
    ),
    "phase": (_l("Phase"), lambda reader, one, _extract: _known(reader, "phases", iter([one.phase]))),
    "period": (_l("When"), _period),
    "themes": (_l("Themes"), lambda reader, one, _extract: _known(reader, "themes", iter(one.themes))),
    "instruments": (
        _l("Means used"),
        lambda reader, one, _extract: _known(reader, "instruments", iter(one.instruments)),
    ),
    "conditions": (_l("Under these conditions"), _conditions),
}

"""`Finder.find`: from a question to ranked passages, by the index alone.

What a passage says is not looked up here: `hub.search.ask` asks the catalogue, `hub search` takes what the index
tells of it, so that a question from the shell needs no database.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.filters import Filters
from hub.search import words
from hub.search.calibration import Calibration
from hub.search.contract import Query, Vectors
from hub.search.coverage import question_words
from hub.search.encoder import Encoder, load_encoder
from hub.search.explain import Correspondence, Mark
from hub.search.generation import Generation, IndexUnusableError
from hub.search.index import LocalIndex
from hub.search.question_language import LanguageDetector
from hub.search.ranking import ALL_STEPS, Ranking, Steps, rank
from hub.search.rows import Row
from hub.search.static_encoder import StaticEncoder, bundled_static

PER_DOCUMENT: Final = 2
MAX_PAGES: Final = 20
_NEAR: Final = 3
_MAX_QUESTION: Final = 2_000


@dataclass(frozen=True)
class Found:
    """A passage that was found; the numbers are those of `hub.search.answers.Hit`."""

    row: Row
    score: float
    cosine: float
    lexical: float
    more: int


@dataclass(frozen=True)
class Findings:
    """One page of what was found; the fields are those of `hub.search.answers.Answer`."""

    question: str
    language: str
    language_given: bool
    filters: Filters
    confidence: float
    hits: Sequence[Found]
    near: Sequence[Found]
    total: int
    page: int
    pages: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Gathered:
    """What a brief is made of: accepted lessons, best first; ids of documents that ask about the same, nearest first.

    `total` counts all lessons that were accepted. `asked` does not heed the filters: a question that is open elsewhere
    is open here as well.
    """

    question: str
    language: str
    filters: Filters
    total: int
    lessons: Sequence[Found]
    asked: Sequence[str]


@dataclass(frozen=True)
class _Ranked:
    """A question as it was read, and the ranking of what was found."""

    question: str
    family: str
    ranking: Ranking

    def found(self, places: Sequence[int], *, near: bool = False) -> list[Found]:
        return _found(self.ranking, places, [] if near else self.ranking.accepted)


class Finder:
    """Finds passages in the newest generation of an index; safe to share between threads."""

    def __init__(self, index: Path, encoder: str = "") -> None:
        self._detector = LanguageDetector(index)
        self._encoder = load_encoder(encoder)
        self._index = LocalIndex(index, fingerprint=self._encoder.fingerprint, dimension=self._encoder.dimension)

    def find(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
        page: int = 1,
        size: int = 10,
    ) -> Findings:
        """What answers a question; see `Searcher.ask` for the arguments."""
        ranked = self._ranked(question, language, hint, filters or Filters())
        ranking, accepted = ranked.ranking, ranked.ranking.accepted
        pages = paginate(ranking.candidates.documents[accepted].tolist() if accepted else [], size)
        shown = [accepted[place] for place in pages[page - 1]] if 0 < page <= len(pages) else []
        return Findings(
            question=ranked.question,
            language=ranked.family,
            language_given=language is not None,
            filters=filters or Filters(),
            confidence=ranking.confidence,
            hits=ranked.found(shown),
            near=[] if accepted else ranked.found(ranking.order[:_NEAR], near=True),
            total=len(accepted),
            page=page,
            pages=len(pages),
            facets=ranking.candidates.facet_counts(np.array(accepted, dtype=np.int64)),
        )

    def gather(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
        limit: int = 40,
    ) -> Gathered:
        """The accepted lessons, at most `limit`, and what is being asked near to a question: see `Gathered`."""
        ranked = self._ranked(question, language, hint, filters or Filters())
        roles = ranked.ranking.candidates.column("role")
        lessons = [place for place in ranked.ranking.accepted if roles[place] == "lesson"]
        asking = self._ranked(question, ranked.family, None, Filters({"kind": ("question",)})).ranking
        return Gathered(
            question=ranked.question,
            language=ranked.family,
            filters=filters or Filters(),
            total=len(lessons),
            lessons=ranked.found(lessons[:limit]),
            asked=list(dict.fromkeys(asking.candidates.document_id(place) for place in asking.accepted)),
        )

    def _ranked(self, question: str, language: str | None, hint: str | None, filters: Filters) -> _Ranked:
        question = readable(question)
        family = language or self._detector.detect(question, hint)
        return _Ranked(question, family, self.rank(question, family, filters))

    def rank(self, question: str, family: str, filters: Filters, steps: Steps = ALL_STEPS) -> Ranking:
        """The ranking for a question in a language family; `steps` other than all are for measuring."""
        snapshot = self.snapshot()
        vector = self._encoder.encode_questions([question])[0]
        tokens = {name: words.tokens(question, name) for name in words.FAMILIES}
        candidates = snapshot.search(Query(vector, tokens, filters, family=family))
        asked = question_words(question, family, snapshot)
        return rank(candidates, family, calibration_of(snapshot), asked, snapshot, steps)

    def families_of(self, document_ids: Collection[str]) -> dict[str, str]:
        """In which language family (en, no, nl) documents are written; ids that are not there are left out."""
        table = self.snapshot().table
        languages = {
            one: table.row(int(rows[0])).facets["language"] for one in document_ids if len(rows := table.rows_of(one))
        }
        return {one: found[0] for one, found in languages.items()}

    @property
    def encoder(self) -> Encoder:
        """What turns texts into vectors here."""
        return self._encoder

    def likeness(self, vectors: Vectors, families: Sequence[str]) -> NDArray[np.float64]:
        """How near each text is to each, as distance from chance, which means the same for any encoder."""
        calibration, column = calibration_of(self.snapshot()), np.array(families, dtype=np.str_)
        rows = [
            calibration.standardised(vectors @ vector, family, column)
            for vector, family in zip(vectors, families, strict=True)
        ]
        found = np.array(rows).reshape(len(families), len(families))
        result: NDArray[np.float64] = (found + found.T) / 2
        return result

    def snapshot(self) -> Generation:
        """The newest state of the index; IndexUnusableError when there is none that can be used."""
        return self._index.snapshot()

    def marks(self, findings: Findings, text: str, family: str) -> list[Mark]:
        """The words of a text (of a language family) that correspond to words of the question."""
        return self._correspondence.marks(findings.question, findings.language, text, family)

    @cached_property
    def _correspondence(self) -> Correspondence:
        static = self._encoder if isinstance(self._encoder, StaticEncoder) else bundled_static()
        return Correspondence(static)


def paginate(documents: Sequence[Hashable], size: int) -> list[list[int]]:
    """Places of ranked hits (given by their documents) page by page, at most PER_DOCUMENT of a document on each.

    What a page cannot take comes first in line for the next; there are at most MAX_PAGES.
    """
    waiting, pages = list(range(len(documents))), list[list[int]]()
    while waiting and len(pages) < MAX_PAGES:
        page, rest, taken = list[int](), list[int](), Counter[Hashable]()
        for number, place in enumerate(waiting):
            if len(page) == size:
                rest += waiting[number:]
                break
            fits = taken[documents[place]] < PER_DOCUMENT
            (page if fits else rest).append(place)
            taken[documents[place]] += fits
        pages.append(page)
        waiting = rest
    return pages


def readable(question: str) -> str:
    """A question as every part of the search can read it: at most 2,000 characters, and no lone surrogates.

    Bytes of the shell that are no UTF-8 arrive as such, and no tokenizer takes them.
    """
    return question.encode("utf-8", "replace").decode().strip()[:_MAX_QUESTION]


def calibration_of(snapshot: Generation) -> Calibration:
    """The calibration stored with an index; IndexUnusableError when it has none that we can read."""
    try:
        return Calibration(**dict(snapshot.description.calibration or {}))
    except TypeError as error:
        raise IndexUnusableError("The index was never calibrated", mend="Run `hub index --rebuild`.") from error


def _found(ranking: Ranking, places: Sequence[int], accepted: Sequence[int]) -> list[Found]:
    candidates, documents = ranking.candidates, ranking.candidates.documents
    all_of = Counter(documents[list(accepted)].tolist())
    shown = Counter(documents[list(places)].tolist())
    return [
        Found(
            row=candidates.row(place),
            score=float(ranking.scores[place]),
            cosine=float(candidates.cosines[place]),
            lexical=float(candidates.shares[place]),
            more=max(0, all_of[int(documents[place])] - shown[int(documents[place])]),
        )
        for place in places
    ]

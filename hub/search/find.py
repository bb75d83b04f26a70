"""`Finder.find`: from a question to ranked passages, by the index alone.

What a passage says is not looked up here: `hub.search.ask` asks the catalogue, `hub search` takes what the index
tells of it, so that a question from the shell needs no database.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from hub.catalogue.filters import Filters
from hub.search import words
from hub.search.calibration import Calibration
from hub.search.contract import Candidates, Query
from hub.search.encoder import load_encoder
from hub.search.explain import Correspondence, Mark
from hub.search.fusion import Scores, fuse
from hub.search.generation import Generation, IndexUnusableError
from hub.search.index import LocalIndex
from hub.search.question_language import LanguageDetector
from hub.search.rows import Row
from hub.search.static_encoder import BUNDLED, StaticEncoder

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
    cut: float
    hits: Sequence[Found]
    near: Sequence[Found]
    total: int
    page: int
    pages: int
    facets: Mapping[str, Mapping[str, int]]


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
        # Bytes of the shell that are no UTF-8 arrive as lone surrogates, which no tokenizer takes.
        question = question.encode("utf-8", "replace").decode().strip()[:_MAX_QUESTION]
        family = language or self._detector.detect(question, hint)
        snapshot = self.snapshot()
        calibration = calibration_of(snapshot)
        vector = self._encoder.encode_questions([question])[0]
        tokens = {name: words.tokens(question, name) for name in words.FAMILIES}
        candidates = snapshot.search(Query(vector, tokens, filters or Filters()))
        scores = fuse(candidates, family, calibration)
        order = best_first(candidates, scores)
        cut = calibration.cut[family]
        accepted = [number for number in order if scores[number] >= cut]
        documents = candidates.documents
        pages = paginate([int(documents[number]) for number in accepted], size)
        shown = [accepted[place] for place in pages[page - 1]] if 0 < page <= len(pages) else []
        return Findings(
            question=question,
            language=family,
            language_given=language is not None,
            filters=filters or Filters(),
            cut=cut,
            hits=_found(candidates, scores, shown, accepted),
            near=[] if accepted else _found(candidates, scores, order[:_NEAR], []),
            total=len(accepted),
            page=page,
            pages=len(pages),
            facets=candidates.facet_counts(np.array(accepted, dtype=np.int64)),
        )

    def snapshot(self) -> Generation:
        """The newest state of the index; IndexUnusableError when there is none that can be used."""
        return self._index.snapshot()

    def marks(self, findings: Findings, text: str, family: str) -> list[Mark]:
        """The words of a text (of a language family) that correspond to words of the question."""
        return self._correspondence.marks(findings.question, findings.language, text, family)

    @cached_property
    def _correspondence(self) -> Correspondence:
        static = self._encoder if isinstance(self._encoder, StaticEncoder) else StaticEncoder(BUNDLED)
        return Correspondence(static)


def paginate(documents: Sequence[Hashable], size: int) -> list[list[int]]:
    """Places of ranked hits (given by their documents) page by page, at most PER_DOCUMENT of a document on each.

    What a page cannot take comes first in line for the next; there are at most MAX_PAGES.
    """
    waiting, pages = list(range(len(documents))), list[list[int]]()
    while waiting and len(pages) < MAX_PAGES:
        page, rest, taken = list[int](), list[int](), Counter[Hashable]()
        for place in waiting:
            fits = len(page) < size and taken[documents[place]] < PER_DOCUMENT
            (page if fits else rest).append(place)
            taken[documents[place]] += fits
        pages.append(page)
        waiting = rest
    return pages


def best_first(candidates: Candidates, scores: Scores) -> list[int]:
    """Places of the candidates that can be hits; ties by id, so that the same question gives the same page."""
    hits = np.flatnonzero(np.isfinite(scores))
    order = hits[np.argsort(-scores[hits], kind="stable")]
    ties = np.flatnonzero(np.diff(scores[order]) == 0)
    if len(ties):
        return sorted(map(int, hits), key=lambda place: (-scores[place], candidates.row(place).id))
    return [int(place) for place in order]


def calibration_of(snapshot: Generation) -> Calibration:
    """The calibration stored with an index; IndexUnusableError when it has none that we can read."""
    try:
        return Calibration(**dict(snapshot.description.calibration or {}))
    except TypeError as error:
        raise IndexUnusableError("The index was never calibrated", mend="Run `hub index --rebuild`.") from error


def _found(candidates: Candidates, scores: Scores, numbers: Sequence[int], accepted: Sequence[int]) -> list[Found]:
    documents = candidates.documents
    all_of = Counter(documents[list(accepted)].tolist())
    shown = Counter(documents[list(numbers)].tolist())
    return [
        Found(
            row=candidates.row(number),
            score=float(scores[number]),
            cosine=float(candidates.cosines[number]),
            lexical=float(candidates.shares[number]),
            more=max(0, all_of[int(documents[number])] - shown[int(documents[number])]),
        )
        for number in numbers
    ]

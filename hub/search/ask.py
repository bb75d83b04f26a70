"""`Searcher.ask`: from a question to an answer; the one way that page, command and API share."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from hub import languages
from hub.catalogue import queries
from hub.catalogue.database import Catalogue
from hub.catalogue.filters import Filters
from hub.search import words
from hub.search.answers import Answer, Hit
from hub.search.calibration import Calibration
from hub.search.contract import Candidates, Query
from hub.search.encoder import load_encoder
from hub.search.explain import Correspondence
from hub.search.fusion import fuse
from hub.search.generation import IndexUnusableError
from hub.search.index import LocalIndex
from hub.search.question_language import LanguageDetector
from hub.search.rows import facet_counts
from hub.search.static_encoder import BUNDLED, StaticEncoder

PER_DOCUMENT: Final = 2
MAX_PAGES: Final = 20
_NEAR: Final = 3
_MAX_QUESTION: Final = 2_000


class Searcher:
    """Answers questions over the newest generation of the index; safe to share between threads."""

    def __init__(self, catalogue: Catalogue, index: Path, encoder: str = "") -> None:
        self._catalogue = catalogue
        self._detector = LanguageDetector(index)
        self._encoder = load_encoder(encoder)
        self._index = LocalIndex(index, fingerprint=self._encoder.fingerprint, dimension=self._encoder.dimension)

    def ask(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
        page: int = 1,
        size: int = 10,
    ) -> Answer:
        """The answer to a question.

        `language` (en, no, nl) says what the question is in; without it, it is detected, with `hint` (the reader's
        own language) where the words alone do not tell. IndexUnusableError when there is no index yet.
        """
        question = question.strip()[:_MAX_QUESTION]
        family = language or self._detector.detect(question, hint)
        filters = filters or Filters()
        snapshot = self._index.snapshot()
        calibration = _calibration(snapshot.description.calibration)
        vector = self._encoder.encode_questions([question])[0]
        tokens = {name: words.tokens(question, name) for name in words.FAMILIES}
        candidates = snapshot.search(Query(vector, tokens, filters))
        scores = fuse(candidates, family, calibration)
        order = _best_first(candidates, scores)
        cut = calibration.cut[family]
        accepted = [number for number in order if scores[number] >= cut]
        pages = paginate([candidates.rows[number].document_id for number in accepted], size)
        shown = [accepted[place] for place in pages[page - 1]] if 0 < page <= len(pages) else []
        near = [] if accepted else order[:_NEAR]
        found = Counter(candidates.rows[number].document_id for number in accepted)
        hits = self._hits(question, family, candidates, scores, [*shown, *near], found)
        return Answer(
            question=question,
            language=family,
            language_given=language is not None,
            filters=filters,
            cut=cut,
            hits=[] if near else hits,
            near=hits if near else [],
            total=len(accepted),
            page=page,
            pages=len(pages),
            facets=facet_counts(candidates.rows[number] for number in accepted),
        )

    def related(self, document_id: str, *, limit: int = 4) -> list[str]:
        """Ids of the nearest documents of the same kind in other languages than this one's, nearest first."""
        snapshot = self._index.snapshot()
        own = snapshot.vectors_of(document_id)
        if not len(own):
            return []
        with self._catalogue.reading() as session:
            document = queries.documents(session, [document_id]).get(document_id)
        if document is None:
            return []
        family = languages.family(document.language)
        others = tuple(sorted(set(words.FAMILIES) - {family}))
        middle = own.mean(axis=0)
        vector = middle / (np.linalg.norm(middle) or 1.0)
        query = Query(vector, {}, Filters({"language": others, "kind": (document.kind,)}))
        candidates = snapshot.search(query)
        scores = fuse(candidates, family, _calibration(snapshot.description.calibration))
        ids = [candidates.rows[number].document_id for number in _best_first(candidates, scores)]
        return list(dict.fromkeys(ids))[:limit]

    @cached_property
    def _correspondence(self) -> Correspondence:
        static = self._encoder if isinstance(self._encoder, StaticEncoder) else StaticEncoder(BUNDLED)
        return Correspondence(static)

    def _hits(
        self,
        question: str,
        family: str,
        candidates: Candidates,
        scores: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]],
        numbers: Sequence[int],
        found: Counter[str],
    ) -> list[Hit]:
        """Hits in the given order; a passage that the catalogue has lost meanwhile is left out."""
        rows = [candidates.rows[number] for number in numbers]
        with self._catalogue.reading() as session:
            passages = queries.passages(session, [row.id for row in rows])
            documents = queries.documents(session, {row.document_id for row in rows})
        shown = Counter(row.document_id for row in rows)
        hits: list[Hit] = []
        for number, row in zip(numbers, rows, strict=True):
            passage, document = passages.get(row.id), documents.get(row.document_id)
            if passage and document:
                marks = self._correspondence.marks(question, family, passage.text, row.family)
                hits.append(
                    Hit(
                        passage=passage,
                        document=document,
                        score=float(scores[number]),
                        cosine=float(candidates.cosines[number]),
                        lexical=float(candidates.shares[number]),
                        marks=marks,
                        more=max(0, found[row.document_id] - shown[row.document_id]),
                    )
                )
        return hits


def paginate(documents: Sequence[str], size: int) -> list[list[int]]:
    """Places of ranked hits (given by their documents) page by page, at most PER_DOCUMENT of a document on each.

    What a page cannot take comes first in line for the next; there are at most MAX_PAGES.
    """
    waiting, pages = list(range(len(documents))), list[list[int]]()
    while waiting and len(pages) < MAX_PAGES:
        page, rest, taken = list[int](), list[int](), Counter[str]()
        for place in waiting:
            fits = len(page) < size and taken[documents[place]] < PER_DOCUMENT
            (page if fits else rest).append(place)
            taken[documents[place]] += fits
        pages.append(page)
        waiting = rest
    return pages


def _best_first(candidates: Candidates, scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[int]:
    """Places of the candidates that can be hits; ties by id, so that the same question gives the same page."""
    hits = np.flatnonzero(np.isfinite(scores))
    return sorted(map(int, hits), key=lambda number: (-scores[number], candidates.rows[number].id))


def _calibration(stored: object) -> Calibration:
    if not isinstance(stored, dict):
        raise IndexUnusableError("The index was never calibrated", mend="Run `hub index --rebuild`.")
    return Calibration(**stored)

"""Ranking: from the candidates of an index to hits in their order, and whether the question is answered at all.

Three steps, each cheaper to ask of fewer: fusion scores every candidate; the leading documents are read once more,
word by word (coverage); and what resembles the leaders of that is drawn up a little (feedback; Rocchio, "Relevance
feedback in information retrieval", 1971), which makes the same question in another language lead to the same cases.
All weights are in spreads of chance cosines (`hub.search.calibration`). They were chosen on development questions;
docs/search-quality.md says how, and what each step is worth on others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.search.calibration import Calibration
from hub.search.contract import Candidates, Snapshot
from hub.search.coverage import QuestionWords, met_in_rows
from hub.search.fusion import FULL, Scores, Weights, fuse

# How many documents are read word by word, and by how many of their hits beside all their summaries.
READ_AGAIN: Final = 40
_HITS_READ: Final = 2
# What full coverage of a question counts, and a cosine with the leaders.
COVERAGE: Final = 8.0
FEEDBACK: Final = 10.0
_LEADERS: Final = 5
_NEAREST: Final = 3
# A hit so far below the best one is no answer beside it.
WORTH_SHOWING: Final = 10.0
# Whether there is an answer: a logistic regression on the part of the question that the leading documents cover
# together and on how far the nearest hit lies from chance; nought divides 85 unanswerable questions of 100 from most
# others (docs/search-quality.md). The mean of the ten nearest would part them as well, but not in a small corpus.
ANSWER_COVERED: Final = 14.4
ANSWER_NEAR: Final = 1.6
ANSWER_CUT: Final = 16.68


@dataclass(frozen=True)
class Ranking:
    """Scored candidates. `order` are places in `candidates`, best first, of all that can be hits.

    `confidence` is above nought when the question is taken to be answered (log odds, shifted by the chosen cut).
    """

    candidates: Candidates
    scores: Scores
    order: Sequence[int]
    confidence: float

    @property
    def answered(self) -> bool:
        """Whether anything is good enough."""
        return bool(self.order) and self.confidence >= 0

    @cached_property
    def accepted(self) -> Sequence[int]:
        """The hits that answer the question, best first; none when it is not answered."""
        if not self.answered:
            return []
        floor = self.scores[self.order[0]] - WORTH_SHOWING
        return [place for place in self.order if self.scores[place] >= floor]


@dataclass(frozen=True)
class Steps:
    """How much each step counts, to measure one without the others."""

    fusion: Weights = FULL
    coverage: float = COVERAGE
    feedback: float = FEEDBACK
    variety: float = 1.0


ALL_STEPS: Final = Steps()
# What a document loses for each one of the same place before it, and for each one of its language directly before it:
# so that a page shows several places and languages where they are about as good (maximal marginal relevance, Carbonell
# & Goldstein, 1998).
SAME_PLACE: Final = 1.0
SAME_LANGUAGE_AGAIN: Final = 0.5
_MOST_ALIKE: Final = 4


def rank(
    candidates: Candidates,
    family: str,
    calibration: Calibration,
    asked: QuestionWords,
    snapshot: Snapshot,
    steps: Steps = ALL_STEPS,
) -> Ranking:
    """The ranking of what an index found for a question in a language family."""
    scores = fuse(candidates, family, calibration, steps.fusion)
    leading = _Leading.of(candidates, scores, asked, snapshot)
    bonus = steps.coverage * leading.coverage
    if steps.feedback:
        bonus = bonus + steps.feedback * leading.likeness(leading.best + bonus)
    confidence = _confidence(leading, bonus, calibration, family)
    if steps.variety:
        bonus = bonus - steps.variety * leading.sameness(leading.best + bonus)
    numbers = np.searchsorted(leading.documents, candidates.documents)
    known = np.append(leading.documents, -1)[numbers] == candidates.documents
    scores = scores + np.where(known, np.append(bonus, 0.0)[numbers], 0.0)
    return Ranking(candidates, scores, best_first(candidates, scores), confidence)


@dataclass(frozen=True)
class _Leading:
    """The documents with the best hits, ascending by number.

    `best` is each one's best score, `met` how well it meets each word of the question, shape (documents, words).
    """

    candidates: Candidates
    asked: QuestionWords
    hits: NDArray[np.int64]
    documents: NDArray[np.int32]
    best: Scores
    met: NDArray[np.float32]

    @classmethod
    def of(cls, candidates: Candidates, scores: Scores, asked: QuestionWords, snapshot: Snapshot) -> "_Leading":
        hits = _by_score(scores, candidates.has("kind", "question"))
        owners = candidates.documents[hits]
        _, first = np.unique(owners, return_index=True)
        first = np.sort(first)[:READ_AGAIN]
        order = np.argsort(owners[first], kind="stable")
        documents, best = owners[first][order], scores[hits[first]][order]
        read = np.sort(np.concatenate([hits[first_of_each(owners, _HITS_READ)], _summaries(candidates)]))
        read = read[np.isin(candidates.documents[read], documents)]
        met = met_in_rows(asked, snapshot, candidates.numbers[read])
        of_each = np.zeros((len(documents), met.shape[1]), dtype=np.float32)
        np.maximum.at(of_each, np.searchsorted(documents, candidates.documents[read]), met)
        return cls(candidates, asked, hits, documents, best, of_each)

    @property
    def coverage(self) -> Scores:
        """The part of the question that each document covers."""
        return self.asked.covered(self.met)

    def likeness(self, scores: Scores) -> Scores:
        """For each document the cosine of its three nearest candidates with the middle of the leaders."""
        owners = self.candidates.documents
        number = np.searchsorted(self.documents, owners)
        inside = np.flatnonzero(np.append(self.documents, -1)[number] == owners)
        if not len(inside):
            return np.zeros(len(self.documents))
        number, vectors = number[inside], self.candidates.vectors[inside]
        leaders = np.argsort(-scores, kind="stable")[:_LEADERS]
        middle = np.mean([vectors[number == leader].mean(axis=0) for leader in leaders], axis=0)
        cosines = (vectors @ (middle / (np.linalg.norm(middle) or 1.0))).astype(np.float64)
        order = np.argsort(-cosines, kind="stable")
        nearest = order[first_of_each(number[order], _NEAREST)]
        count = np.bincount(number[nearest], minlength=len(self.documents))
        return np.bincount(number[nearest], cosines[nearest], len(self.documents)) / np.maximum(count, 1)

    def sameness(self, scores: Scores) -> Scores:
        """What each document loses for those before it, when the best that is left is taken again and again.

        None comes before one that was taken earlier, and of equal ones the first by id is taken.
        """
        first = np.searchsorted(self.candidates.documents[self.hits], self.documents, sorter=self._by_owner)
        rows = self.hits[self._by_owner[first]]
        by_id = np.argsort([self.candidates.table.document_ids[int(number)] for number in self.documents])
        places, families = self.candidates.column("place")[rows][by_id], self.candidates.column("family")[rows][by_id]
        left, given = scores[by_id].copy(), np.zeros(len(scores))
        taken_from, again, run, last = np.zeros(len(scores)), np.zeros(len(scores)), 0, np.inf
        for _ in range(len(scores)):
            worth = left - taken_from - again
            chosen = int(np.argmax(worth))
            last = given[chosen] = min(float(worth[chosen]), np.nextafter(last, -np.inf))
            run = run + 1 if again[chosen] else 1
            left[chosen] = -np.inf
            again = np.where(families == families[chosen], SAME_LANGUAGE_AGAIN * min(run, _MOST_ALIKE), 0.0)
            if places[chosen]:
                taken_from[places == places[chosen]] += SAME_PLACE
        lost = np.zeros(len(scores))
        lost[by_id] = scores[by_id] - given
        return lost

    @cached_property
    def _by_owner(self) -> NDArray[np.int64]:
        return np.argsort(self.candidates.documents[self.hits], kind="stable")


def _by_score(scores: Scores, asking: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Places of the hits, best first; what only asks is left out where anything answers."""
    hits = np.flatnonzero(np.isfinite(scores))
    answering = hits[~asking[hits]]
    chosen = answering if len(answering) else hits
    return chosen[np.argsort(-scores[chosen], kind="stable")]


def first_of_each(groups: NDArray[np.signedinteger[Any]], count: int) -> NDArray[np.int64]:
    """Places of the first few members of each group, in any order."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    within = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    found: NDArray[np.int64] = order[within < count]
    return found


def _summaries(candidates: Candidates) -> NDArray[np.int64]:
    return np.flatnonzero(candidates.column("role") == "summary")


def _confidence(leading: _Leading, bonus: Scores, calibration: Calibration, family: str) -> float:
    """See ANSWER_COVERED."""
    if not len(leading.documents):
        return -np.inf
    first = np.argsort(-(leading.best + bonus), kind="stable")[:_LEADERS]
    covered = float(leading.asked.covered(leading.met[first].max(axis=0)))
    cosines = leading.candidates.cosines[leading.hits]
    families = leading.candidates.column("family")[leading.hits]
    near = float(calibration.standardised(cosines, family, families).max())
    return ANSWER_COVERED * covered + ANSWER_NEAR * near - ANSWER_CUT


def best_first(candidates: Candidates, scores: Scores) -> list[int]:
    """Places of the candidates that can be hits; ties by id, so that the same question gives the same page."""
    hits = np.flatnonzero(np.isfinite(scores))
    order = hits[np.argsort(-scores[hits], kind="stable")]
    if np.any(np.diff(scores[order]) == 0):
        return sorted(map(int, hits), key=lambda place: (-scores[place], candidates.row(place).id))
    return [int(place) for place in order]

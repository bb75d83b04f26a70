"""Fusion: one score from the two legs, with weights by whether question and passage share a language.

Across languages lexical matching finds only names and loan words, and equal weights would let it push good answers
down (reference figures: DESIGN.md decision 9); within a language it is worth as much as the dense leg.

A lesson is one sentence and does not repeat what its case is about. So a document's summaries, which are given in
several languages, are scored like passages but are no hits: they lend part of their score to the document's hits.
That is also how a Norwegian word finds a Dutch lesson exactly, where the case has a Norwegian summary.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.calibration import Calibration
from hub.search.contract import Candidates

# In spreads. A lesson says in one claim what a passage says in a paragraph; a question resembles a question in form,
# but does not answer it, nor does a document that only asks.
ROLE: Final = {"lesson": 0.5, "question": -3.0}
ASKING: Final = -4.0


# Mild, and shown beside every hit: what is better founded comes first among equals, never before a better answer.
EVIDENCE: Final = {"E1": 0.1, "E2": 0.2, "E3": 0.3, "E4": 0.4}
CONFIDENCE: Final = {"high": 0.1, "low": -0.2}
# For each year beyond ten since the last that a document tells of, down to no more than half a spread.
AGE: Final = -0.02
_FRESH, _OLDEST = 10, 35


@dataclass(frozen=True)
class Weights:
    """What counts how much, in spreads of the dense leg; chosen as docs/search-quality.md says.

    A summary stands in all languages alike, so its match in the question's language favours none of them and may
    count for much; a passage's can only be had within a language and must not drown the others. `summary` is the part
    of its best summary's score that a document lends to each of its hits.
    """

    dense: float = 1.0
    summary_match: float = 15.0
    same_language: float = 4.0
    other_language: float = 1.0
    summary: float = 1.0


FULL: Final = Weights()

Scores = NDArray[np.float64]


def fuse(candidates: Candidates, question_family: str, calibration: Calibration, weights: Weights = FULL) -> Scores:
    """The score of every candidate; higher is better, comparable between languages; minus infinity for no hit."""
    families, roles = candidates.column("family"), candidates.column("role")
    summaries = roles == "summary"
    weight = np.where(summaries, weights.summary_match, weights.same_language)
    weight = np.where(families == question_family, weight, weights.other_language)
    dense = calibration.standardised(candidates.cosines, question_family, families)
    scores: Scores = weights.dense * dense + weight * candidates.shares
    scores += weights.summary * _best_summary(scores, summaries, candidates.documents)
    for role, prior in ROLE.items():
        scores[roles == role] += prior
    scores[candidates.has("kind", "question")] += ASKING
    scores += _founded(candidates)
    scores[summaries] = -np.inf
    return scores


def _founded(candidates: Candidates) -> Scores:
    """What evidence, confidence and age add or take."""
    evidence, confidence = candidates.column("evidence"), candidates.column("confidence")
    result = np.zeros(len(candidates))
    for levels, column in ((EVIDENCE, evidence), (CONFIDENCE, confidence)):
        for level, worth in levels.items():
            result[column == level] += worth
    years = candidates.years
    age = np.clip(years.max(initial=0) - years, _FRESH, _OLDEST) - _FRESH
    result[years > 0] += AGE * age[years > 0]
    return result


def _best_summary(scores: Scores, summaries: NDArray[np.bool_], documents: NDArray[np.int32]) -> Scores:
    """The score of the best summary of each candidate's document; a bad one takes nothing away."""
    known, number = np.unique(documents, return_inverse=True)
    best = np.zeros(len(known))
    np.maximum.at(best, number[summaries], scores[summaries])
    result: Scores = best[number]
    return result

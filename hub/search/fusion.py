"""Fusion: one score from the two legs, with weights by whether question and passage share a language.

Across languages lexical matching finds only names and loan words, and equal weights would let it push good answers
down (reference figures: DESIGN.md decision 9); within a language it is worth as much as the dense leg.

A lesson is one sentence and does not repeat what its case is about. So a document's summaries, which are given in
several languages, are scored like passages but are no hits: they lend part of their score to the document's hits.
That is also how a Norwegian word finds a Dutch lesson exactly, where the case has a Norwegian summary.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.calibration import Calibration
from hub.search.contract import Candidates

# What one full lexical match counts, in spreads of the dense leg. A summary stands in all languages alike, so its match
# in the question's language favours none of them and may count for much; a passage's can only be had within a
# language and must not drown the others. Chosen on the development questions over the first twelve cases, which is
# little: docs/search-quality.md will hold the measurement over the whole corpus.
SUMMARY_MATCH: Final = 10.0
SAME_LANGUAGE: Final = 4.0
OTHER_LANGUAGE: Final = 1.0
# The part of its best summary's score that a document lends to each of its hits.
SUMMARY: Final = 0.7
# In spreads. A lesson says in one claim what a passage says in a paragraph; a question resembles a question in form,
# but does not answer it, nor does a document that only asks.
ROLE: Final = {"lesson": 0.5, "question": -3.0}
ASKING: Final = -4.0
# A cut measured with other weights is no cut: an index whose calibration names others is built anew.
SCORING: Final = repr((SUMMARY_MATCH, SAME_LANGUAGE, OTHER_LANGUAGE, SUMMARY, sorted(ROLE.items()), ASKING))

Scores = NDArray[np.float64]


def fuse(candidates: Candidates, question_family: str, calibration: Calibration) -> Scores:
    """The score of every candidate; higher is better, comparable between languages; minus infinity for no hit."""
    families, roles = candidates.column("family"), candidates.column("role")
    summaries = roles == "summary"
    weight = np.where(summaries, SUMMARY_MATCH, SAME_LANGUAGE)
    weight = np.where(families == question_family, weight, OTHER_LANGUAGE)
    dense = calibration.standardised(candidates.cosines, question_family, families)
    scores: Scores = dense + weight * candidates.shares
    scores += _lent(scores, summaries, candidates.documents)
    for role, prior in ROLE.items():
        scores[roles == role] += prior
    scores[candidates.has("kind", "question")] += ASKING
    scores[summaries] = -np.inf
    return scores


def _lent(scores: Scores, summaries: NDArray[np.bool_], documents: NDArray[np.int32]) -> Scores:
    """What each candidate gets from the best summary of its document; a bad one takes nothing away."""
    known, number = np.unique(documents, return_inverse=True)
    best = np.zeros(len(known))
    np.maximum.at(best, number[summaries], SUMMARY * scores[summaries])
    result: Scores = best[number]
    return result

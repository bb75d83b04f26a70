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

# One full lexical match counts like this many spreads of the dense leg. Chosen on the development questions over the
# first twelve cases, which is little: docs/search-quality.md will hold the measurement over the whole corpus.
SAME_LANGUAGE: Final = 10.0
OTHER_LANGUAGE: Final = 1.0
# The part of its best summary's score that a document lends to each of its hits.
SUMMARY: Final = 0.7
# In spreads. A lesson says in one claim what a passage says in a paragraph; a question resembles a question in form,
# but does not answer it.
ROLE: Final = {"lesson": 0.5, "question": -1.5}

Scores = NDArray[np.float64]


def fuse(candidates: Candidates, question_family: str, calibration: Calibration) -> Scores:
    """The score of every candidate; higher is better, comparable between languages; minus infinity for no hit."""
    dense = calibration.standardised(candidates.cosines, question_family, candidates.families)
    weight = np.where(candidates.families == question_family, SAME_LANGUAGE, OTHER_LANGUAGE)
    scores: Scores = dense + weight * candidates.shares
    lent: dict[str, float] = {}
    for row, score in zip(candidates.rows, scores, strict=True):
        if row.role == "summary":
            lent[row.document_id] = max(lent.get(row.document_id, 0.0), SUMMARY * float(score))
    for number, row in enumerate(candidates.rows):
        prior = ROLE.get(row.role, 0.0) + lent.get(row.document_id, 0.0)
        scores[number] = -np.inf if row.role == "summary" else scores[number] + prior
    return scores

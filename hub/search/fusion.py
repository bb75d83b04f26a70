"""Fusion: one score from the two legs, with weights by whether question and passage share a language.

Across languages lexical matching finds only names and loan words, and equal weights would let it push good answers
down (reference figures: DESIGN.md decision 9); within a language it is worth as much as the dense leg.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.calibration import Calibration
from hub.search.contract import Candidates

# One full lexical match counts like this many spreads of the dense leg.
SAME_LANGUAGE: Final = 4.0
OTHER_LANGUAGE: Final = 1.0
# A lesson says in one claim what a passage says in a paragraph: at equal fit it comes first.
LESSON: Final = 0.3

Scores = NDArray[np.float64]


def fuse(candidates: Candidates, question_family: str, calibration: Calibration) -> Scores:
    """The score of every candidate; higher is better, comparable between languages of passages."""
    dense = calibration.standardised(candidates.cosines, question_family, candidates.families)
    weight = np.where(candidates.families == question_family, SAME_LANGUAGE, OTHER_LANGUAGE)
    scores: Scores = dense + weight * candidates.shares + LESSON * candidates.lessons
    return scores

"""Calibration: what chance alone scores, so that cosines of different pairs of languages can be compared and an
answer can be told from a coincidence.

The null set (null_questions.yaml) is asked against the index itself. For every pair of languages of question and
passage this gives the mean and spread of cosines between things that have nothing to do with each other; a hit's
dense score is its distance from that mean in spreads. The cut of a language is what nine of ten null questions stay
below with their best hit. Both follow the encoder and the corpus: nothing is tuned to the bundled encoder.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from hub.search.words import FAMILIES

CUT_QUANTILE: Final = 0.9
SAMPLE: Final = 2_000
_MIN_SPREAD: Final = 0.02

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """`mean` and `spread` of null cosines by "question>passage" family, and `cut` by the question's family.

    `scoring` names the weights (`hub.search.fusion.SCORING`) that the cut was measured with.
    """

    mean: Mapping[str, float]
    spread: Mapping[str, float]
    cut: Mapping[str, float]
    scoring: str = ""

    def standardised(self, cosines: Vectors, question: str, passages: NDArray[np.str_]) -> NDArray[np.float64]:
        """Cosines as distances from chance, in spreads; `passages` holds the family of each one's passage."""
        keys = [f"{question}>{family}" for family in passages]
        mean = np.array([self.mean[key] for key in keys])
        spread = np.array([self.spread[key] for key in keys])
        result: NDArray[np.float64] = (cosines - mean) / spread
        return result

    def dump(self) -> dict[str, Any]:
        """As the manifest stores it."""
        return asdict(self)


@cache
def null_questions() -> Mapping[str, tuple[str, ...]]:
    """The null set by language family."""
    stored = yaml.safe_load(resources.files("hub.search").joinpath("null_questions.yaml").read_text("utf-8"))
    return {family: tuple(stored[family]) for family in FAMILIES}


def chance(
    questions: Mapping[str, Vectors], passages: Vectors, families: NDArray[np.str_]
) -> tuple[dict[str, float], dict[str, float]]:
    """Mean and spread of cosines between null questions and passages, by pair of families.

    A family without passages gets those of all passages, so that the first one that comes can be scored.
    """
    mean, spread = {}, {}
    for asked, vectors in questions.items():
        for family in FAMILIES:
            here = passages[families == family]
            here = here if len(here) else passages
            cosines = vectors @ here.T if len(here) else np.zeros((1, 1))
            mean[f"{asked}>{family}"] = float(cosines.mean())
            spread[f"{asked}>{family}"] = max(_MIN_SPREAD, float(cosines.std()))
    return mean, spread


def cut(best_scores: NDArray[np.float64]) -> float:
    """The score that nine of ten null questions stay below, from the best score of each; 0 for none."""
    return float(np.quantile(best_scores, CUT_QUANTILE)) if len(best_scores) else 0.0

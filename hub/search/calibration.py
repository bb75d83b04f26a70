"""Calibration: what chance alone scores, so that cosines of different pairs of languages can be compared and an
answer can be told from a coincidence.

The null set (null_questions.yaml) is asked against the index itself. For every pair of languages of question and
passage this gives the mean and spread of cosines between things that have nothing to do with each other; a hit's
dense score is its distance from that mean in spreads. Both follow the encoder and the corpus.
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

SAMPLE: Final = 2_000
_MIN_SPREAD: Final = 0.02

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """`mean` and `spread` of null cosines by "question>passage" family."""

    mean: Mapping[str, float]
    spread: Mapping[str, float]

    def standardised(self, cosines: Vectors, question: str, passages: NDArray[np.str_]) -> NDArray[np.float64]:
        """Cosines as distances from chance, in spreads; `passages` holds the family of each one's passage."""
        result = np.zeros(len(passages))
        for family in FAMILIES:
            here = passages == family
            key = f"{question}>{family}"
            result[here] = (cosines[here] - self.mean[key]) / self.spread[key]
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

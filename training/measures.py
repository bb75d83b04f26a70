"""The two measures of the encoder, as plain functions over vectors and rankings."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def top1(left: Vectors, right: Vectors) -> float:
    """Return the percentage of rows of `left` (N, D) whose nearest row of `right` is the one of the same
    number.
    """
    nearest = np.argmax(left @ right.T, axis=1)
    return float(np.mean(nearest == np.arange(len(left))) * 100)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Return nDCG at `depth`: gain 2^grade - 1, discount log2(rank + 1), ideal over all graded
    (questions-dev.md).
    """
    gains = [2 ** grades.get(name, 0) - 1 for name in ranking[:depth]]
    ideal = [2**grade - 1 for grade in sorted(grades.values(), reverse=True)[:depth]]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return float(sum(gain / np.log2(rank + 1) for rank, gain in enumerate(gains, 1)))


def rank_by_best(scores: NDArray[np.float32], owners: Sequence[str]) -> list[str]:
    """Return the owners (cases), each once, at the place of its best-scoring line."""
    return list(dict.fromkeys(owners[place] for place in np.argsort(-scores, kind="stable")))


def bootstrap_interval(values: Sequence[float], seed: int = 0, draws: int = 2000) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over resampled questions."""
    array = np.asarray(values)
    rng = np.random.default_rng(seed)
    means = array[rng.integers(len(array), size=(draws, len(array)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)

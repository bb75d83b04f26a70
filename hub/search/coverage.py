"""Coverage: how much of what a question says stands in a document, word by word and across languages.

For each word of the question the nearest word of the document is looked up in the bundled static space; rare words
count for more. That is the late interaction of Khattab & Zaharia, "ColBERT" (2020), with static word vectors and
inverse document frequencies: it sees that a passage about "bicycles" says nothing of "stolen", which one vector for a
whole passage does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub.search.contract import Snapshot
from hub.search.rows import Rows
from hub.search.static_encoder import directions
from hub.search.words import meaningful, normalise, stem

Vectors = NDArray[np.float32]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class QuestionWords:
    """The meaning-bearing words of a question, where they point, and what part of it each one is (together 1)."""

    words: Sequence[str]
    directions: Vectors
    weights: Weights

    def covered(self, met: NDArray[np.floating]) -> NDArray[np.float64]:
        """The covered part, 0 to 1, for `met` of shape (…, words): how well each word is met, 0 to 1."""
        result: NDArray[np.float64] = np.asarray(met, dtype=np.float64) @ self.weights
        return result


def question_words(question: str, family: str, snapshot: Snapshot) -> QuestionWords:
    """The words of a question; how rare each one is, is told by the passages of the index."""
    words = meaningful(question, family)
    stems = [stem(normalise(word, family), family) for word in words]
    points = directions(words)
    # A word that the static part does not know cannot be met by any.
    known = np.any(points != 0, axis=1)
    rarity = known * np.log1p(max(1, snapshot.count()) / (0.5 + snapshot.frequencies(stems, family)))
    return QuestionWords(words, points, rarity / rarity.sum() if known.any() else rarity)


def met_in_rows(asked: QuestionWords, snapshot: Snapshot, rows: Rows) -> NDArray[np.float32]:
    """How well each row (ascending) meets each word of a question: cosines of 0 to 1, shape (rows, words)."""
    met = np.zeros((len(rows), len(asked.words)), dtype=np.float32)
    if not len(asked.words):
        return met
    lengths, cosines = snapshot.words_like(rows, asked.directions)
    full = np.flatnonzero(lengths)
    if len(full):
        met[full] = np.maximum.reduceat(cosines, (np.cumsum(lengths) - lengths)[full], axis=0)
    return np.clip(met, 0.0, 1.0)

"""The training texts as flat arrays: every text once, tokenised once, every translation pair two text
numbers.

`Corpus` is what the training stages read. On disk it is a handful of `.npy` files under
`training/runs/corpus/`, opened as memory maps, so that a stage starts within a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Corpus:
    """Token numbers of all texts, and which texts say the same.

    Text t owns `tokens[offsets[t]:offsets[t + 1]]`. `pairs` has shape (P, 2), text numbers; `chances` (P,)
    float64 is the cumulative probability with which a pair is drawn.
    """

    tokens: Ints
    offsets: Longs
    pairs: Ints
    chances: NDArray[np.float64]

    def draw(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw `size` pairs with replacement by their chances; shape (size, 2)."""
        return np.asarray(self.pairs[draw(self.chances, size, rng)])

    def save(self, folder: Path) -> None:
        """Write the four arrays into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("tokens", "offsets", "pairs", "chances"):
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> "Corpus":
        """Open what `save` wrote, without reading it into memory."""
        names = ("tokens", "offsets", "pairs", "chances")
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in names))


def draw(chances: NDArray[np.float64], size: int, rng: np.random.Generator) -> Longs:
    """Draw `size` places with replacement, place i with the probability by which `chances` rises there."""
    places = np.searchsorted(chances, rng.random(size) * chances[-1], side="right")
    return np.asarray(np.minimum(places, len(chances) - 1), dtype=np.int64)


def cumulative_chances(
    weights: Sequence[float], groups: Sequence[int], targets: Sequence[float]
) -> NDArray[np.float64]:
    """Scale pair weights so that group g gets the share `targets[g]`, and return their running sum.

    A group is a language pair; without this the language pair with the most rows decides the batch.
    """
    scaled = np.asarray(weights, dtype=np.float64).copy()
    kinds = np.asarray(groups)
    for group, target in enumerate(targets):
        total = scaled[kinds == group].sum()
        if total > 0:
            scaled[kinds == group] *= target / total
    return np.cumsum(scaled)


def bags(corpus: Corpus, texts: Ints, dropout: float, rng: np.random.Generator) -> tuple[Longs, Longs]:
    """Return the tokens of `texts` end to end and where each text starts, after token dropout.

    Each token is dropped with probability `dropout`; a text that would lose all its tokens keeps them.
    """
    starts = corpus.offsets[texts]
    lengths = corpus.offsets[texts + 1] - starts
    owner = np.repeat(np.arange(len(texts)), lengths)
    first = np.cumsum(lengths) - lengths
    places = np.arange(len(owner)) - first[owner] + starts[owner]
    keep = rng.random(len(owner)) >= dropout
    kept = np.bincount(owner[keep], minlength=len(texts))
    keep |= kept[owner] == 0
    counts = np.where(kept == 0, lengths, kept)
    tokens = corpus.tokens[places[keep]].astype(np.int64)
    return tokens, (np.cumsum(counts) - counts).astype(np.int64)

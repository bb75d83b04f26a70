"""Why this passage: how alike a question and a text are by their words, taken apart pair by pair.

In the static part of the bundled encoder a text is the sum of its words' vectors, made unit length. So the cosine of
two texts is a sum over all pairs of a word of the one and a word of the other, and can be told exactly. It is the
arithmetic of that part, not the whole ranking: another part reads words in their context, the lexical leg counts the
same words, and a document's summaries lend their score (`hub.search.fusion`).
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.search.static_encoder import BUNDLED, StaticEncoder
from hub.search.words import normalise, stop_words

# A word of a question mostly meets one word of a text, and its synonyms.
_MOST_MET: Final = 3
# Below this a pair is chance: unrelated words are never quite at right angles.
_FAINT: Final = 0.01

Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Met:
    """A word of a text that met one of the question: where it stands, and what all its occurrences give together."""

    text: str
    places: Places
    part: float


@dataclass(frozen=True)
class AskedWord:
    """A word of the question and its `part` of the score: that of the words it `met`, of small words, and of the rest.

    A word that stands several times is told once, and its part is that of all of them.
    """

    text: str
    places: Places
    part: float
    met: tuple[Met, ...]
    small: float
    rest: float


@dataclass(frozen=True)
class Pair:
    """A word of the question, a word of the text, and what the two give to the score."""

    asked: AskedWord
    read: Met

    @property
    def part(self) -> float:
        """Its part of the score."""
        return self.read.part


@dataclass(frozen=True)
class Why:
    """The score, and the words of the question by their part of it.

    `small` is the part of the question's words that carry only grammar, and of its punctuation. With it, the parts
    of the words add up to the score.
    """

    score: float
    words: tuple[AskedWord, ...]
    small: float

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every pair that is told by name, strongest first."""
        found = [Pair(asked, met) for asked in self.words for met in asked.met]
        return sorted(found, key=lambda pair: -pair.part)

    def told(self, most: int) -> "Told":
        """The score as the strongest pairs, the small words of either side, and the rest."""
        pairs = self.pairs[:most]
        small = self.small + sum(word.small for word in self.words)
        rest = sum(word.rest for word in self.words) + sum(pair.part for pair in self.pairs[most:])
        return Told(self.score, pairs, small, rest)


@dataclass(frozen=True)
class Told:
    """A score as a sum that can be read: pairs, plus `small`, plus `rest`."""

    score: float
    pairs: Sequence[Pair]
    small: float
    rest: float


@dataclass
class _Word:
    """One word of a text with the sum of its occurrences' vectors."""

    text: str
    is_small: bool
    vector: NDArray[np.float64]
    places: list[tuple[int, int]] = field(default_factory=list)


def why(encoder: StaticEncoder, question: str, question_family: str, text: str, text_family: str) -> Why:
    """Takes the cosine of a question and a text apart; the families say which words carry only grammar."""
    asked, read = _words(encoder, question, question_family), _words(encoder, text, text_family)
    parts = _parts(_vectors(encoder, asked), _vectors(encoder, read))
    small = np.array([word.is_small for word in read], dtype=np.bool_)
    words = [_asked(word, row, read, small) for word, row in zip(asked, parts, strict=True) if not word.is_small]
    return Why(
        score=float(parts.sum()),
        words=tuple(sorted(words, key=lambda word: -word.part)),
        small=float(sum(row.sum() for word, row in zip(asked, parts, strict=True) if word.is_small)),
    )


@cache
def bundled() -> StaticEncoder:
    """The static part that is taken apart, whichever encoder ranks."""
    return StaticEncoder(BUNDLED)


def weight_in(encoder: str) -> float | None:
    """How much the static part counts in the cosine of an encoder (`HUB_ENCODER`); None where it has none."""
    if encoder == "static":
        return 1.0
    if encoder not in ("", "bundled"):
        return None
    config: dict[str, Any] = json.loads((BUNDLED / "config.json").read_text("utf-8"))
    return 1 - float(config["distilled"]["weight"])


def _words(encoder: StaticEncoder, text: str, family: str) -> list[_Word]:
    """The words of a text, each once however it is written; the encoder reads them all in lower case."""
    found: dict[str, _Word] = {}
    for word in encoder.word_vectors(text):
        key = unicodedata.normalize("NFKC", word.text).lower()
        if key not in found:
            found[key] = _Word(word.text, _is_small(word.text, family), np.zeros(encoder.dimension))
        found[key].vector += word.vector
        found[key].places.append((word.start, word.end))
    return list(found.values())


def _is_small(word: str, family: str) -> bool:
    """Whether a word says nothing by itself: one that carries grammar only, a sign, a letter; numbers do speak."""
    plain = normalise(word, family)
    return plain in stop_words(family) or not plain.isalnum() or (len(plain) < 2 and not plain.isdigit())


def _vectors(encoder: StaticEncoder, words: Sequence[_Word]) -> NDArray[np.float64]:
    return np.array([word.vector for word in words]).reshape(len(words), encoder.dimension)


def _parts(asked: NDArray[np.float64], read: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each word of the question and each of the text their part of the cosine; zeros where a text says nothing."""
    lengths = float(np.linalg.norm(asked.sum(axis=0)) * np.linalg.norm(read.sum(axis=0)))
    products: NDArray[np.float64] = asked @ read.T
    return products / lengths if lengths > 0 else np.zeros_like(products)


def _asked(word: _Word, row: NDArray[np.float64], read: Sequence[_Word], small: NDArray[np.bool_]) -> AskedWord:
    speaking = [int(place) for place in np.argsort(-row, kind="stable") if not small[place]]
    strongest = [place for place in speaking[:_MOST_MET] if row[place] >= _FAINT]
    met = [Met(read[place].text, tuple(read[place].places), float(row[place])) for place in strongest]
    named = set(strongest)
    return AskedWord(
        text=word.text,
        places=tuple(word.places),
        part=float(row.sum()),
        met=tuple(met),
        small=float(row[small].sum()),
        rest=float(sum(row[place] for place in speaking if place not in named)),
    )

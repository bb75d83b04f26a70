"""Which words of a passage correspond to which words of a question, whatever languages the two are in.

Shown from the static part of the bundled encoder, where a text is a sum over its words: two words correspond as far
as their vectors point the same way. The dense leg may rank with another encoder; this is not claimed to be why.
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.static_encoder import StaticEncoder, WordVector
from hub.search.words import normalise, stem, stop_words

# Measured on pairs from the content: translations of a word lie at 0.5 to 0.9, words of one field at 0.2 to 0.4.
CORRESPONDS: Final = 0.5
# A passage of 60 meaningful words takes 60 KiB.
_REMEMBERED: Final = 500


@dataclass(frozen=True)
class Mark:
    """A word of a passage (`text[start:end]`) that corresponds to a word of the question.

    `strength` is the cosine of the two words in the static part of the encoder, 1 for the same word.
    """

    start: int
    end: int
    question_word: str
    strength: float


@dataclass(frozen=True)
class _Words:
    words: list[WordVector]
    stems: list[str]
    directions: NDArray[np.float32]


class Correspondence:
    """Compares questions with passages; what was read lately is remembered, since popular passages return."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self._read = lru_cache(maxsize=_REMEMBERED)(partial(_meaningful, encoder=encoder))

    def marks(self, question: str, question_family: str, passage: str, passage_family: str) -> list[Mark]:
        """Marks for the words of a passage that correspond to one of a question, in the order of the passage."""
        asked, read = self._read(question, question_family), self._read(passage, passage_family)
        if not asked.words or not read.words:
            return []
        cosines = read.directions @ asked.directions.T
        marks: list[Mark] = []
        for word, word_stem, row in zip(read.words, read.stems, cosines, strict=True):
            nearest = asked.stems.index(word_stem) if word_stem in asked.stems else int(row.argmax())
            strength = 1.0 if asked.stems[nearest] == word_stem else float(row[nearest])
            if strength >= CORRESPONDS:
                marks.append(Mark(word.start, word.end, asked.words[nearest].text, strength))
        return marks


def _meaningful(text: str, family: str, encoder: StaticEncoder) -> _Words:
    words, stems = [], []
    for word in encoder.word_vectors(text):
        plain = normalise(word.text, family)
        if plain.isalpha() and len(plain) > 1 and plain not in stop_words(family):
            words.append(word)
            stems.append(stem(plain, family))
    vectors = np.array([word.vector for word in words], dtype=np.float32).reshape(len(words), encoder.dimension)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return _Words(words, stems, np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32))

"""Which words of a passage correspond to which words of a question, whatever languages the two are in.

Shown from the static part of the bundled encoder, where a text is a sum over its words: two words correspond as far
as their vectors point the same way. The dense leg may rank with another encoder; this is not claimed to be why.
`hub.search.why` adds these words up to a score.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.static_encoder import StaticEncoder
from hub.search.words import normalise, stem, stop_words

# Measured on pairs from the content: translations of a word lie at 0.5 to 0.9, words of one field at 0.2 to 0.4.
CORRESPONDS: Final = 0.5
# Most are a word with at most a comma, and take 1.5 KiB.
_REMEMBERED: Final = 20_000
_LONGEST: Final = 40


@dataclass(frozen=True)
class Mark:
    """A word of a passage (`text[start:end]`) that corresponds to a word of the question.

    `strength` is the cosine of the two words in the static part of the encoder, 1 for the same word.
    """

    start: int
    end: int
    question_word: str
    strength: float


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that means something; places are counted from where its chunk starts."""

    start: int
    end: int
    text: str
    stem: str
    direction: NDArray[np.float32]


@dataclass(frozen=True)
class _Words:
    """Those of a text: how far from its start each one's chunk begins, the word, and all directions row by row."""

    offsets: list[int]
    words: list[_Word]
    directions: NDArray[np.float32]


class Correspondence:
    """Compares questions with passages; safe to share between threads.

    Between spaces nothing in the tokenizer looks further, so a word's vector does not depend on the words around it:
    what stands between two spaces is read once and remembered, and most passages are made of remembered words.
    """

    def __init__(self, encoder: StaticEncoder) -> None:
        self._encoder = encoder
        self._chunks: dict[tuple[str, str], tuple[_Word, ...]] = {}

    def marks(self, question: str, question_family: str, passage: str, passage_family: str) -> list[Mark]:
        """Marks for the words of a passage that correspond to one of a question, in the order of the passage."""
        asked, read = self._read(question, question_family), self._read(passage, passage_family)
        if not asked.words or not read.words:
            return []
        cosines = read.directions @ asked.directions.T
        nearest, strengths = cosines.argmax(axis=1).tolist(), cosines.max(axis=1).tolist()
        # Of several that are alike the first.
        same = {word.stem: place for place, word in reversed(list(enumerate(asked.words)))}
        marks: list[Mark] = []
        for offset, word, near, strength in zip(read.offsets, read.words, nearest, strengths, strict=True):
            if word.stem in same:
                near, strength = same[word.stem], 1.0
            if strength >= CORRESPONDS:
                marks.append(Mark(offset + word.start, offset + word.end, asked.words[near].text, strength))
        return marks

    def _read(self, text: str, family: str) -> _Words:
        chunks = text.split(" ")
        known = {chunk: self._chunks.get((chunk, family)) for chunk in chunks}
        known |= self._meaningful([chunk for chunk, words in known.items() if words is None], family)
        offsets, words, place = list[int](), list[_Word](), 0
        for chunk in chunks:
            found = known[chunk] or ()
            words += found
            offsets += [place] * len(found)
            place += len(chunk) + 1
        directions = np.array([word.direction for word in words], dtype=np.float32)
        return _Words(offsets, words, directions.reshape(len(words), self._encoder.dimension))

    def _meaningful(self, chunks: Sequence[str], family: str) -> dict[str, tuple[_Word, ...]]:
        """The meaningful words of chunks, now remembered; read as one text, since each call has its price."""
        found: dict[str, list[_Word]] = {chunk: [] for chunk in chunks}
        ends = list(accumulate(len(chunk) + 1 for chunk in chunks))
        for word in self._encoder.word_vectors(" ".join(chunks)):
            plain = normalise(word.text, family)
            if plain.isalpha() and len(plain) > 1 and plain not in stop_words(family):
                number = bisect_right(ends, word.start)
                start = ends[number] - len(chunks[number]) - 1
                length = np.linalg.norm(word.vector)
                direction = np.asarray(word.vector / (length if length > 0 else 1), dtype=np.float32)
                told = _Word(word.start - start, word.end - start, word.text, stem(plain, family), direction)
                found[chunks[number]].append(told)
        if len(self._chunks) + len(found) > _REMEMBERED:
            self._chunks.clear()
        read = {chunk: tuple(words) for chunk, words in found.items()}
        self._chunks.update({(chunk, family): words for chunk, words in read.items() if len(chunk) <= _LONGEST})
        return read

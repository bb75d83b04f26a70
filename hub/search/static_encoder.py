"""The static part of the bundled encoder, and its fast mode.

A text is the mean of its tokens' vectors, made unit length.

A table of int8 rows with one float32 scale each, opened as a memory map, and the `tokenizers` library: no
torch, a start-up of milliseconds. Because a text's vector is a sum over its words, it can be taken apart
again (`word_vectors`), which is how the hub shows which words correspond across languages.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from tqdm import tqdm

Vectors = NDArray[np.float32]

_SLICE_TOKENS = 4096
_MOST_CHUNKS = 50_000  # about 10 MB
_LONGEST_CHUNK = 40

BUNDLED = Path(__file__).resolve().parent.parent / "encoder"


@cache
def tokenizer_of(folder: Path) -> Tokenizer:
    """Return the tokenizer of an encoder's folder, read once in a process; safe to share between threads."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@dataclass(frozen=True)
class WordVector:
    """One word of a text: where it stands (characters `start` to `end` of the original) and its share of the
    vector.

    `vector` (dimension,) is the *sum* of the word's token vectors, so that the text's vector is exactly the
    sum of its words' vectors divided by the number of tokens and made unit length.
    """

    start: int
    end: int
    text: str
    vector: Vectors


class StaticEncoder:
    """Encodes texts with the table in a folder written by `python -m training publish`."""

    def __init__(self, folder: Path) -> None:
        """Open the encoder in `folder`.

        :raises OSError: when a file is missing; `ValueError` when the files do not belong together.
        """
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.name: str = config["name"]
        self.fingerprint: str = config["static"]["fingerprint"]
        self._table: NDArray[np.int8] = np.load(folder / "static.npy", mmap_mode="r").view(np.ndarray)
        self._scales: Vectors = np.load(folder / "static-scales.npy")
        self._tokenizer = tokenizer_of(folder)
        self._chunks: dict[str, tuple[int, ...]] = {}
        self.dimension: int = config["static"]["dimension"]
        expected = (self._tokenizer.get_vocab_size(), self.dimension)
        if self._table.shape != expected or self._scales.shape != expected[:1]:
            found = f"static.npy {self._table.shape}, static-scales.npy {self._scales.shape}"
            raise ValueError(f"{folder}: expected a table of shape {expected}; found {found}.")

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension); a zero row for a text without any known token."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for place, text in enumerate(tqdm(texts, desc="encoding", unit="text", disable=not progress)):
            rows[place] = self._sum(self.token_numbers(text))
        return _unit(rows)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of questions: this encoder treats them like any text."""
        return self.encode(texts)

    def word_vectors(self, text: str) -> list[WordVector]:
        """Return the words and punctuation marks of `text` in order, each with its share of the text's
        vector.

        Words are the pre-tokenizer's; offsets count characters of `text` as given. Signs that the vocabulary
        does not know have a zero vector.
        """
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        words = list(_words(encoding))
        if not words:
            return []
        numbers = np.array([number for _, _, ids in words for number in ids])
        rows = self._scales[numbers, None] * self._table[numbers]
        firsts = np.cumsum([0, *(len(ids) for _, _, ids in words[:-1])])
        sums = np.add.reduceat(rows, firsts, axis=0)
        return [
            WordVector(start, end, text[start:end], total) for (start, end, _), total in zip(words, sums, strict=True)
        ]

    def token_numbers(self, text: str) -> list[int]:
        """Return the numbers of the tokens over which the mean is taken, in order.

        Between spaces nothing in the tokenizer looks further, so what stands between two is tokenised once and
        remembered: ordinary text repeats its words, and a look-up is thirty times faster than the tokenizer.
        """
        numbers: list[int] = []
        for chunk in text.split(" "):
            known = self._chunks.get(chunk)
            numbers += self._tokenise(chunk) if known is None else known
        return numbers

    def _tokenise(self, chunk: str) -> tuple[int, ...]:
        numbers = tuple(self._tokenizer.encode(chunk, add_special_tokens=False).ids)
        if len(chunk) <= _LONGEST_CHUNK:
            if len(self._chunks) >= _MOST_CHUNKS:
                self._chunks.clear()
            self._chunks[chunk] = numbers
        return numbers

    def _sum(self, ids: Sequence[int]) -> Vectors:
        """Return the sum of the tokens' vectors; scales x int8 rows is one small matrix product.

        Long texts go slice by slice, so that a 50 MB text does not need its table rows all at once.
        """
        total = np.zeros(self.dimension, dtype=np.float32)
        for start in range(0, len(ids), _SLICE_TOKENS):
            numbers = np.asarray(ids[start : start + _SLICE_TOKENS])
            total += self._scales[numbers] @ self._table[numbers].astype(np.float32)
        return total


@cache
def bundled_static() -> StaticEncoder:
    """The bundled encoder's static part, opened once in a process."""
    return StaticEncoder(BUNDLED)


def directions(words: Sequence[str]) -> Vectors:
    """Where words point in the bundled static space: unit vectors, shape (len(words), dimension)."""
    return bundled_static().encode(list(words))


def _words(encoding: Encoding) -> Iterator[tuple[int, int, list[int]]]:
    """Group an encoding's tokens by word: start, end, token numbers."""
    ids, offsets = encoding.ids, encoding.offsets  # each access copies the whole list out of Rust
    groups: dict[int, list[int]] = {}
    for place, word in enumerate(encoding.word_ids):
        groups.setdefault(-1 if word is None else word, []).append(place)
    for places in groups.values():
        yield offsets[places[0]][0], offsets[places[-1]][1], [ids[place] for place in places]


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)

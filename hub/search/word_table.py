"""Which meaning-bearing words each row of a segment holds, and where each word points in the static space.

By this a document is compared with a question word by word (`hub.search.coverage`). Every distinct word is kept once,
so that the table grows with the vocabulary and takes four bytes for a word of a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.rows import Rows, Texts, ranges

Vectors = NDArray[np.float32]
# Words in, unit vectors out, shape (words, dimension); zeros for a word that the static part does not know.
Directions = Callable[[Sequence[str]], Vectors]
UNIT: Final = 127
_ROWS, _DIRECTIONS = "words.npz", "directions.npy"


@dataclass(frozen=True)
class WordTable:
    """`numbers[ends[r-1]:ends[r]]` are the words of row r; word w is `words[w]` and points to `directions[w]`.

    A direction is a unit vector times UNIT, in bytes: the cosine of two words is right to a hundredth.
    """

    words: Texts
    directions: NDArray[np.int8]
    ends: NDArray[np.int64]
    numbers: NDArray[np.int32]

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], directions: Directions) -> "WordTable":
        """The table of the words of each row."""
        known: dict[str, int] = {}
        numbers = [known.setdefault(word, len(known)) for row in rows for word in row]
        ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
        points = np.rint(UNIT * directions(list(known))).astype(np.int8)
        return cls(Texts.of(known), points, ends, np.array(numbers, dtype=np.int32))

    def taken(self, rows: Rows) -> "WordTable":
        """The table of some of the rows."""
        numbers = self.numbers[self._places(rows)]
        used, places = np.unique(numbers, return_inverse=True)
        lengths = self._lengths(rows)
        words = self.words.taken(used.astype(np.int64))
        return WordTable(words, self.directions[used], np.cumsum(lengths), places.astype(np.int32))

    @classmethod
    def concatenated(cls, tables: Sequence["WordTable"]) -> "WordTable":
        """One table of several, end to end; a word that several have is kept once."""
        known: dict[str, int] = {}
        new, chosen, numbers = list[tuple[int, int]](), list[str](), []
        for which, table in enumerate(tables):
            translated = np.zeros(len(table.words), dtype=np.int32)
            for place in range(len(table.words)):
                word = table.words[place]
                if word not in known:
                    known[word] = len(known)
                    new.append((which, place))
                    chosen.append(word)
                translated[place] = known[word]
            numbers.append(translated[table.numbers])
        before = np.cumsum([0, *(len(table.numbers) for table in tables[:-1])])
        ends = [table.ends + start for table, start in zip(tables, before, strict=True)]
        points = [tables[which].directions[place] for which, place in new]
        dimension = tables[0].directions.shape[1]
        directions = np.array(points, dtype=np.int8).reshape(len(points), dimension)
        return cls(Texts.of(chosen), directions, np.concatenate(ends), np.concatenate(numbers))

    def cosines(self, rows: Rows, asked: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        """For some rows the number of words of each, and every word's cosine with each of `asked`, end to end.

        `asked` are unit vectors, shape (asked, dimension); the cosines are of shape (words, asked).
        """
        numbers = self.numbers[self._places(rows)]
        used = np.zeros(len(self.words), dtype=bool)
        used[numbers] = True
        found = self.directions[used].astype(np.float32) @ (asked.T / np.float32(UNIT))
        # The place of a word among those used.
        return self._lengths(rows), found[(np.cumsum(used) - 1)[numbers]]

    def _lengths(self, rows: Rows) -> NDArray[np.int64]:
        return self.ends[rows] - np.where(rows > 0, self.ends[rows - 1], 0)

    def _places(self, rows: Rows) -> Rows:
        return ranges(np.where(rows > 0, self.ends[rows - 1], 0), self._lengths(rows))

    def save(self, folder: Path) -> None:
        """Writes NumPy's own format; the directions in a file of their own, which can be mapped."""
        np.savez(
            folder / _ROWS,
            allow_pickle=False,
            data=self.words.data,
            word_ends=self.words.ends,
            ends=self.ends,
            numbers=self.numbers,
        )
        np.save(folder / _DIRECTIONS, self.directions)


def load_words(folder: Path) -> WordTable:
    """The table that `save` wrote; OSError, ValueError or KeyError when it is damaged."""
    with np.load(folder / _ROWS, allow_pickle=False) as stored:
        words = Texts(stored["data"], stored["word_ends"])
        ends, numbers = stored["ends"], stored["numbers"]
    # As a plain array over the map: every access to a memmap object costs as much as a hundred numbers.
    directions = np.load(folder / _DIRECTIONS, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return WordTable(words, directions, ends, numbers)

"""Which meaning-bearing words each row of a segment holds, and where each word points in the static space.

By this a document is compared with a question word by word (`hub.search.coverage`). Every distinct word is kept once,
so that the table grows with the vocabulary and takes four bytes for a word of a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hub.search.halves import to_float
from hub.search.rows import Rows, Texts, ranges

Vectors = NDArray[np.float32]
# Words in, unit vectors out, shape (words, dimension); zeros for a word that the static part does not know.
Directions = Callable[[Sequence[str]], Vectors]
_ROWS, _DIRECTIONS = "words.npz", "directions.npy"


@dataclass(frozen=True)
class WordTable:
    """`numbers[ends[r-1]:ends[r]]` are the words of row r; word w is `words[w]` and points to `directions[w]`."""

    words: Texts
    directions: NDArray[np.float16]
    ends: NDArray[np.int64]
    numbers: NDArray[np.int32]

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], directions: Directions) -> "WordTable":
        """The table of the words of each row."""
        known: dict[str, int] = {}
        numbers = [known.setdefault(word, len(known)) for row in rows for word in row]
        ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
        points = directions(list(known)).astype(np.float16)
        return cls(Texts.of(known), points, ends, np.array(numbers, dtype=np.int32))

    def taken(self, rows: Rows) -> "WordTable":
        """The table of some of the rows."""
        numbers = self.numbers[self._places(rows)]
        used, places = np.unique(numbers, return_inverse=True)
        lengths = np.diff(self.ends, prepend=0)[rows]
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
        directions = np.array(points, dtype=np.float16).reshape(len(points), dimension)
        return cls(Texts.of(chosen), directions, np.concatenate(ends), np.concatenate(numbers))

    def of_rows(self, rows: Rows) -> tuple[NDArray[np.int64], Vectors]:
        """For some rows the number of words of each, and the directions of their words end to end."""
        numbers = self.numbers[self._places(rows)]
        used, places = np.unique(numbers, return_inverse=True)
        return np.diff(self.ends, prepend=0)[rows], to_float(self.directions[used])[places]

    def _places(self, rows: Rows) -> Rows:
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        return ranges(starts, self.ends[rows] - starts)

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
    return WordTable(words, np.load(folder / _DIRECTIONS, mmap_mode="r", allow_pickle=False), ends, numbers)

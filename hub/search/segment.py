"""A segment: some rows with their vectors, written once and never changed.

    index/segments/<name>/    rows.npz, words.npz, directions.npy, dense.faiss, for many rows coarse.faiss

What is published later comes into a new segment, and small ones are merged now and then, so that publishing one
document costs the same however many there are (O'Neil et al., "The log-structured merge-tree", 1996).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.contract import Vectors
from hub.search.dense import DenseLeg
from hub.search.rows import RowTable, load_rows
from hub.search.word_table import WordTable, load_words

ROWS: Final = "rows.npz"
# How many segments of like size are merged into one, and the number of rows up to which all are of one size.
MERGED_AT_ONCE: Final = 8
SMALLEST_SIZE: Final = 2_500


@dataclass(frozen=True)
class Segment:
    """Rows and vectors, opened."""

    name: str
    table: RowTable
    dense: DenseLeg
    words: WordTable

    def __len__(self) -> int:
        return len(self.table)


def write_segment(folder: Path, table: RowTable, vectors: Vectors, words: WordTable) -> None:
    """Lays rows with their unit vectors, shape (rows, dimension), and words into a new folder."""
    folder.mkdir(parents=True)
    table.save(folder / ROWS)
    words.save(folder)
    DenseLeg.write(folder, vectors)


def load_segment(folder: Path) -> Segment:
    """The segment in a folder; OSError, ValueError, KeyError or RuntimeError (FAISS's) when it is damaged."""
    segment = Segment(folder.name, load_rows(folder / ROWS), DenseLeg.load(folder), load_words(folder))
    if not len(segment.table) == len(segment.dense) == len(segment.words.ends):
        raise ValueError(f"{len(segment.table)} rows and {len(segment.dense)} vectors in segment {folder.name}")
    return segment


def to_merge(live: Sequence[int]) -> int:
    """How many of the last segments to make one, given the live rows of each in order; fewer than two mean none.

    Sizes go up by MERGED_AT_ONCE; so many segments of one size, the last ones, become one of the next.
    """
    if not live:
        return 0
    size, number = SMALLEST_SIZE, 0
    while True:
        while number < len(live) and live[len(live) - 1 - number] <= size:
            number += 1
        if number >= MERGED_AT_ONCE:
            return number
        if number == len(live) or size > max(live):
            return 0
        size *= MERGED_AT_ONCE


def merged(segments: Sequence[Segment], dead: Sequence[NDArray[np.bool_]]) -> tuple[RowTable, Vectors, WordTable]:
    """The live rows of several segments, their vectors and their words, in order."""
    kept = [np.flatnonzero(~gone) for gone in dead]
    tables = [segment.table.taken(rows) for segment, rows in zip(segments, kept, strict=True)]
    vectors = [segment.dense.vectors(rows) for segment, rows in zip(segments, kept, strict=True)]
    words = [segment.words.taken(rows) for segment, rows in zip(segments, kept, strict=True)]
    return RowTable.concatenated(tables), np.concatenate(vectors), WordTable.concatenated(words)

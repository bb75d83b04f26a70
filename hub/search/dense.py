"""The dense leg: the vectors of one segment, searched by FAISS in the form that suits their number.

Up to FLAT_UP_TO vectors every one is compared, in half precision. Above, they are kept in cells (an inverted file)
with a byte a number, of which a question visits a part, and what it finds there is measured again in half precision.
docs/performance.md has the curves that these numbers were read from. Both forms are mapped from the disk, so that
several processes share one copy.
"""

import math
from pathlib import Path
from typing import Final

import faiss
import numpy as np
from numpy.typing import NDArray

from hub.search.contract import Vectors
from hub.search.rows import Rows

FLAT_UP_TO: Final = 20_000
# FAISS's advice for the number of cells, and how many vectors of each are needed to find its middle.
_CELLS_PER_ROOT: Final = 4
_TRAINED_PER_CELL: Final = 40
# The part of the cells that a question visits when all rows may be found.
_VISITED: Final = 0.06
_FILE, _EXACT = "dense.faiss", "vectors.npy"

Mask = NDArray[np.bool_]


class DenseLeg:
    """Unit vectors by row number within a segment."""

    def __init__(self, index: faiss.Index, halves: NDArray[np.float16]) -> None:
        self._index, self._halves = index, halves

    @classmethod
    def write(cls, folder: Path, vectors: Vectors) -> None:
        """Lays unit vectors, shape (rows, dimension), into a folder."""
        whole = np.ascontiguousarray(vectors, dtype=np.float32)
        faiss.write_index(_flat(whole) if len(whole) <= FLAT_UP_TO else _in_cells(whole), str(folder / _FILE))
        if len(whole) > FLAT_UP_TO:
            np.save(folder / _EXACT, whole.astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> "DenseLeg":
        """The leg that `write` laid there; RuntimeError, ValueError or OSError when it is damaged."""
        if (folder / _EXACT).is_file():
            halves = np.load(folder / _EXACT, mmap_mode="r", allow_pickle=False)
            return cls(faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP), halves)
        index = faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP_IFC)
        # Of a flat index in half precision the codes are the vectors themselves.
        size = index.ntotal * index.code_size
        codes = faiss.rev_swig_ptr(index.codes.data(), size) if size else np.zeros(0, dtype=np.uint8)
        return cls(index, codes.view(np.float16).reshape(index.ntotal, index.d))

    def __len__(self) -> int:
        return len(self._halves)

    def vectors(self, rows: Rows | slice) -> Vectors:
        """The vectors of some rows, shape (rows, dimension)."""
        return np.asarray(self._halves[rows], dtype=np.float32)

    def search(self, vector: Vectors, limit: int, mask: Mask | None) -> Rows:
        """The nearest rows to a unit vector of shape (dimension,), nearest first, only where the mask allows."""
        allowed = len(self) if mask is None else int(np.count_nonzero(mask))
        limit = min(limit, allowed)
        if limit == 0:
            return np.zeros(0, dtype=np.int64)
        _, rows = self._index.search(vector[None, :], limit, params=self._parameters(mask, allowed))
        found: Rows = rows[0][rows[0] >= 0].astype(np.int64)
        return found

    def _parameters(self, mask: Mask | None, allowed: int) -> faiss.SearchParameters:
        selector = None
        if mask is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        if not isinstance(self._index, faiss.IndexIVF):
            return faiss.SearchParameters(sel=selector)
        # The fewer rows a filter leaves, the more cells must be visited to see as many of them.
        part = _VISITED * len(self) / max(1, allowed)
        visited = min(self._index.nlist, max(1, math.ceil(part * self._index.nlist)))
        return faiss.SearchParametersIVF(sel=selector, nprobe=visited)


def _flat(vectors: Vectors) -> faiss.Index:
    quantizer = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexScalarQuantizer(vectors.shape[1], quantizer, faiss.METRIC_INNER_PRODUCT)
    if len(vectors):
        index.add(vectors)
    return index


def _in_cells(vectors: Vectors) -> faiss.Index:
    number, dimension = vectors.shape
    cells = int(_CELLS_PER_ROOT * math.sqrt(number))
    middles = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        middles, dimension, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    # The numbers of a vector are spread about nought, each in its own way; differences to a cell's middle are not.
    index.by_residual = False
    chosen = np.random.default_rng(0).permutation(number)[: _TRAINED_PER_CELL * cells]
    index.cp.min_points_per_centroid = 1
    index.train(vectors[np.sort(chosen)])
    index.add(vectors)
    return index

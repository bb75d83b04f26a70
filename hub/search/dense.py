"""The dense leg: the vectors of one segment, searched by FAISS in the form that suits their number.

They lie in half precision, mapped from the disk, so that several processes share one copy. Up to FLAT_UP_TO rows, or
as many as a filter leaves, every one is compared. Of more, the cells around the question are searched by codes, four
bits for every four numbers (product quantisation with tables in registers: André, Kermarrec & Le Scouarnec, "Quicker
ADC", 2019), and the best of that are measured again in half precision. docs/performance.md has the curves that these
numbers were read from.
"""

from pathlib import Path
from typing import Final

import faiss
import numpy as np
from numpy.typing import NDArray

from hub.search.contract import Vectors
from hub.search.halves import to_float
from hub.search.rows import Rows

FLAT_UP_TO: Final = 10_000
# How many numbers share one code of four bits (one in spaces too small for that), and from how many vectors of each
# cell codes and cells are learnt.
_NUMBERS_A_CODE: Final = 4
_FEW_NUMBERS: Final = 128
_CELLS: Final = 64
_LEARNT_FROM_EACH: Final = 256
# Of the cells, how many are searched when every row may be found; through a filter all are.
_SEARCHED: Final = 40
# How many numbers are measured again: 409 vectors of 640, 1,024 of 256, whose codes are coarser.
_MEASURED_AGAIN: Final = 262_144
_EXACT, _COARSE = "dense.faiss", "coarse.faiss"

Mask = NDArray[np.bool_]


class DenseLeg:
    """Unit vectors by row number within a segment."""

    def __init__(self, exact: faiss.IndexScalarQuantizer, coarse: faiss.Index | None) -> None:
        self._exact, self._coarse = exact, coarse
        # The codes of half precision are the vectors themselves.
        size = exact.ntotal * exact.code_size
        codes = faiss.rev_swig_ptr(exact.codes.data(), size) if size else np.zeros(0, dtype=np.uint8)
        self._halves: NDArray[np.float16] = codes.view(np.float16).reshape(exact.ntotal, exact.d)

    @classmethod
    def write(cls, folder: Path, vectors: Vectors) -> None:
        """Lays unit vectors, shape (rows, dimension), into a folder."""
        whole = np.ascontiguousarray(vectors, dtype=np.float32)
        quantizer = faiss.ScalarQuantizer.QT_fp16
        exact = faiss.IndexScalarQuantizer(whole.shape[1], quantizer, faiss.METRIC_INNER_PRODUCT)
        if len(whole):
            exact.add(whole)
        faiss.write_index(exact, str(folder / _EXACT))
        if len(whole) > FLAT_UP_TO:
            faiss.write_index(_coarse(whole), str(folder / _COARSE))

    @classmethod
    def load(cls, folder: Path) -> "DenseLeg":
        """The leg that `write` laid there; RuntimeError when it is damaged."""
        coarse = folder / _COARSE
        exact = faiss.read_index(str(folder / _EXACT), faiss.IO_FLAG_MMAP_IFC)
        return cls(exact, faiss.read_index(str(coarse)) if coarse.is_file() else None)

    def __len__(self) -> int:
        return len(self._halves)

    def vectors(self, rows: Rows | slice) -> Vectors:
        """The vectors of some rows, shape (rows, dimension)."""
        return to_float(self._halves[rows])

    def search(self, vector: Vectors, limit: int, mask: Mask | None) -> Rows:
        """The nearest rows to a unit vector of shape (dimension,), nearest first, only where the mask allows."""
        allowed = len(self) if mask is None else int(np.count_nonzero(mask))
        limit = min(limit, allowed)
        if limit == 0:
            return np.zeros(0, dtype=np.int64)
        if self._coarse is None or allowed <= FLAT_UP_TO:
            return self._compared(vector, limit, mask)
        return self._measured_again(vector, limit, mask)

    def _compared(self, vector: Vectors, limit: int, mask: Mask | None) -> Rows:
        parameters = faiss.SearchParameters(sel=_selector(mask))
        _, rows = self._exact.search(vector[None, :], limit, params=parameters)
        found: Rows = rows[0][rows[0] >= 0].astype(np.int64)
        return found

    def _measured_again(self, vector: Vectors, limit: int, mask: Mask | None) -> Rows:
        assert self._coarse is not None  # noqa: S101 (told by the caller)
        searched = _SEARCHED if mask is None else _CELLS
        parameters = faiss.SearchParametersIVF(sel=_selector(mask), nprobe=searched)
        wanted = max(limit, _MEASURED_AGAIN // len(vector))
        _, rows = self._coarse.search(vector[None, :], wanted, params=parameters)
        found = rows[0][rows[0] >= 0].astype(np.int64)
        cosines = self.vectors(found) @ vector
        result: Rows = found[np.argsort(-cosines, kind="stable")[:limit]]
        return result


def _selector(mask: Mask | None) -> faiss.IDSelectorBitmap | None:
    return None if mask is None else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def _coarse(vectors: Vectors) -> faiss.Index:
    number, dimension = vectors.shape
    most = dimension // _NUMBERS_A_CODE if dimension > _FEW_NUMBERS else dimension
    parts = next(parts for parts in range(most, 0, -1) if dimension % parts == 0)
    middles = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFPQFastScan(middles, dimension, _CELLS, parts, 4, faiss.METRIC_INNER_PRODUCT)
    # Codes of the vectors themselves and not of their differences to a cell's middle: one table serves all cells.
    index.by_residual = False
    chosen = np.random.default_rng(0).permutation(number)[: _LEARNT_FROM_EACH * _CELLS]
    index.train(vectors[np.sort(chosen)])
    index.add(vectors)
    return index

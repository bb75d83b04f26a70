"""Forms that the dense leg could have: what each takes to build and to keep, and its time against its recall."""

import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np

from benchmarks.timing import timed
from benchmarks.world import NEAREST, Vectors, World, recall
from hub.search.contract import CANDIDATES

_VISITED: Final = (0.03, 0.06, 0.12, 0.25)
_REACH: Final = (256, 512, 1024)
# Four bits for every four numbers, looked up in registers; in so few cells that visiting them all costs little more.
_PRODUCT_CELLS: Final = 64
_NUMBERS_A_CODE: Final = 4
_PRODUCT_VISITED: Final = (0.25, 0.5, 1.0)
_NEIGHBOURS: Final = 32
# Above so many vectors a graph takes too long to build on two cores.
_GRAPH_UP_TO: Final = 10_000
_ADDED_AT_ONCE: Final = 50_000
_LEARNT: Final = 16_000
_CELLS_PER_ROOT: Final = 4
_LEARNT_PER_CELL: Final = 40

# What a form is called at one setting, its index, and the parameters of the search.
Setting = tuple[str, Any, Any]


def measure(world: World) -> dict[str, Any]:
    """For every form at each of its settings: milliseconds of one question for 256 candidates, and recall@10."""
    found: list[dict[str, Any]] = []
    halves = np.asarray(world.vectors).astype(np.float16)
    for name, build, settings in _forms(world.size):
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        began = time.perf_counter()
        index = build(world.vectors)
        seconds, size = time.perf_counter() - began, _size(index)
        faiss.omp_set_num_threads(1)
        for label, parameters in settings(index):
            times = timed(lambda place, i=index, p=parameters: _search(i, p, world.asked[place]), len(world.asked))  # type: ignore[misc]
            rows = [
                _first(_search(index, parameters, question), halves, question, world.size) for question in world.asked
            ]
            one = {"form": name, "setting": label, "build_s": round(seconds, 2), "mib": size}
            found.append({**one, **times, "recall": recall(rows, world.nearest)})
            print(found[-1], flush=True)
    return {"forms": found}


def _search(index: Any, parameters: Any, question: Vectors) -> Any:
    return index.search(question[None, :], CANDIDATES, params=parameters)[1][0]


def _first(rows: Any, halves: Any, question: Vectors, size: int) -> list[int]:
    """The first ten after measuring again in half precision, which the hub keeps of every vector."""
    rows = np.sort(rows[(rows >= 0) & (rows < size)])
    cosines = halves[rows].astype(np.float32) @ question
    return [int(row) for row in rows[np.argsort(-cosines, kind="stable")[:NEAREST]]]


def _size(index: Any) -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        faiss.write_index(index, str(file))
        return file.stat().st_size // 2**20


def _forms(size: int) -> Iterator[tuple[str, Callable[[Vectors], Any], Callable[[Any], list[tuple[str, Any]]]]]:
    yield "flat, half precision", _flat_halves, _all
    yield "flat, one byte", _flat_bytes, _all
    yield "flat, products in four bits", _products, _all
    yield "cells, products in four bits", _products_in_cells, lambda index: _cells(index, _PRODUCT_VISITED)
    yield "cells, one byte", _bytes_in_cells, lambda index: _cells(index, _VISITED)
    if size <= _GRAPH_UP_TO:
        yield "graph, half precision", _graph, _reaches


def _filled(index: Any, vectors: Vectors, learnt_from: int) -> Any:
    chosen = np.sort(np.random.default_rng(0).permutation(len(vectors))[:learnt_from])
    index.train(np.ascontiguousarray(vectors[chosen]))
    for start in range(0, len(vectors), _ADDED_AT_ONCE):
        index.add(np.ascontiguousarray(vectors[start : start + _ADDED_AT_ONCE]))
    return index


def _flat_halves(vectors: Vectors) -> Any:
    kind = faiss.ScalarQuantizer.QT_fp16
    return _filled(faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT), vectors, 100)


def _flat_bytes(vectors: Vectors) -> Any:
    kind = faiss.ScalarQuantizer.QT_8bit
    return _filled(faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT), vectors, _LEARNT)


def _products(vectors: Vectors) -> Any:
    dimension = vectors.shape[1]
    index = faiss.IndexPQFastScan(dimension, dimension // _NUMBERS_A_CODE, 4, faiss.METRIC_INNER_PRODUCT)
    return _filled(index, vectors, _LEARNT)


def _products_in_cells(vectors: Vectors) -> Any:
    dimension, cells = vectors.shape[1], min(_PRODUCT_CELLS, len(vectors) // 100)
    middles, parts = faiss.IndexFlatIP(dimension), dimension // _NUMBERS_A_CODE
    index = faiss.IndexIVFPQFastScan(middles, dimension, cells, parts, 4, faiss.METRIC_INNER_PRODUCT)
    return _without_residuals(index, vectors, _LEARNT)


def _bytes_in_cells(vectors: Vectors) -> Any:
    dimension, cells = vectors.shape[1], int(_CELLS_PER_ROOT * math.sqrt(len(vectors)))
    middles, kind = faiss.IndexFlatIP(dimension), faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(middles, dimension, cells, kind, faiss.METRIC_INNER_PRODUCT)
    return _without_residuals(index, vectors, _LEARNT_PER_CELL * cells)


def _without_residuals(index: Any, vectors: Vectors, learnt_from: int) -> Any:
    index.by_residual = False
    index.cp.min_points_per_centroid = 1
    return _filled(index, vectors, learnt_from)


def _graph(vectors: Vectors) -> Any:
    kind = faiss.ScalarQuantizer.QT_fp16
    return _filled(faiss.IndexHNSWSQ(vectors.shape[1], kind, _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT), vectors, 100)


def _cells(index: Any, parts: tuple[float, ...]) -> list[tuple[str, Any]]:
    return [
        (f"{part:.0%} of {index.nlist}", faiss.SearchParametersIVF(nprobe=max(1, int(np.ceil(part * index.nlist)))))
        for part in parts
    ]


def _all(_: Any) -> list[tuple[str, Any]]:
    return [("all", None)]


def _reaches(_: Any) -> list[tuple[str, Any]]:
    return [(f"efSearch {reach}", faiss.SearchParametersHNSW(efSearch=reach)) for reach in _REACH]

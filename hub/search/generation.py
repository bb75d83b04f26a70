"""Generations: complete states of the index, built aside and swapped in by one rename.

    index/current                      the name of the generation that is served
    index/generations/<name>/          manifest.json, words/, dead.npy
    index/segments/<name>/             rows and vectors, shared by the generations that name them
    index/vectors.sqlite               vectors by passage hash, so that nothing is encoded twice

A generation is a list of segments, with the rows of them that are dead, and the words of the living. Its manifest
holds the checksum of every file. A process that is killed while building leaves folders that nobody serves; the next
build removes them.
"""

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.filters import filters_from
from hub.errors import HubError
from hub.faults import fault_point
from hub.files import write_atomically
from hub.search.checksums import Checksums
from hub.search.contract import Candidates, Description, Query, Vectors
from hub.search.lexical import LexicalLeg
from hub.search.rows import Rows, RowTable, merged_rows
from hub.search.segment import Segment, load_segment
from hub.search.words import FAMILIES

FORMAT: Final = 7
_ATTEMPTS: Final = 3
_DEAD: Final = "dead.npy"
_FILTERS_KEPT: Final = 64

Mask = NDArray[np.bool_]


class IndexUnusableError(HubError):
    """An index that is not there, or not for this encoder or this release."""


@dataclass(frozen=True)
class Manifest:
    """What a generation is made of; `next_key` is the key that the next new row gets."""

    description: Description
    segments: Sequence[str]
    next_key: int
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Generation:
    """One complete, immutable state of the index; `dead` are the rows that were taken out since they were written."""

    name: str
    manifest: Manifest
    segments: Sequence[Segment]
    dead: Mask
    lexical: LexicalLeg

    @property
    def description(self) -> Description:
        """See Index.describe."""
        return self.manifest.description

    @cached_property
    def table(self) -> RowTable:
        """The rows of all segments, end to end, the dead among them."""
        return RowTable.concatenated([segment.table for segment in self.segments] or [RowTable.of([])])

    def search(self, query: Query) -> Candidates:
        """See Snapshot."""
        nearest = self._nearest(query)
        keys, shares = self.lexical.search(query)
        matched = self.table.rows_with_keys(keys)
        numbers = self._with_summaries(merged_rows(nearest, matched))
        of_all = np.zeros(len(numbers))
        of_all[np.searchsorted(numbers, matched)] = shares
        vectors = self._vectors(numbers)
        return Candidates(self.table, numbers, vectors, vectors @ query.vector, of_all)

    def _nearest(self, query: Query) -> Rows:
        """The nearest rows over all segments; each segment's best are measured again together."""
        found = [np.zeros(0, dtype=np.int64)]
        for start, segment, mask in zip(
            self._starts, self.segments, self._masks(tuple(query.filters.pairs())), strict=True
        ):
            found.append(segment.dense.search(query.vector, query.limit, mask) + start)
        rows = np.concatenate(found)
        if len(rows) <= query.limit:
            return rows
        cosines = self._vectors(np.sort(rows)) @ query.vector
        return np.sort(rows)[np.argpartition(-cosines, query.limit - 1)[: query.limit]]

    def _with_summaries(self, rows: Rows) -> Rows:
        """The rows, ascending, and the summaries of their documents, by which a document is weighed."""
        documents = np.unique(self.table.document[rows])
        return merged_rows(rows, self.table.rows_of_documents(documents, self._summaries))

    @cached_property
    def _summaries(self) -> Rows:
        roles = self.table.coded["role"]
        return np.flatnonzero((roles.codes == roles.code("summary")) & ~self.dead)

    @cached_property
    def _starts(self) -> Rows:
        """The first row of every segment."""
        lengths = [len(segment) for segment in self.segments]
        return np.cumsum([0, *lengths], dtype=np.int64)[: len(lengths)]

    @cached_property
    def _masks(self) -> Callable[[tuple[tuple[str, str], ...]], list[Mask | None]]:
        @lru_cache(maxsize=_FILTERS_KEPT)
        def masks(pairs: tuple[tuple[str, str], ...]) -> list[Mask | None]:
            """For each segment which rows may be found; None for all."""
            passing = ~self.dead & self.table.mask(filters_from(pairs)) if pairs else ~self.dead
            parts = np.split(passing, self._starts[1:])[: len(self.segments)]
            return [None if part.all() else part for part in parts]

        return masks

    def _vectors(self, rows: Rows) -> Vectors:
        """The vectors of rows in ascending order."""
        blocks = [
            segment.dense.vectors(rows[first:last] - start) for segment, start, first, last in self._by_segment(rows)
        ]
        if not blocks:
            return np.zeros((0, self.description.dimension), dtype=np.float32)
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)

    def _by_segment(self, rows: Rows) -> Iterator[tuple[Segment, int, int, int]]:
        """The segments that have any of the rows, which ascend: its first row, and which of the rows are its own."""
        places = np.searchsorted(rows, [*self._starts, len(self.table)])
        for segment, start, first, last in zip(self.segments, self._starts, places[:-1], places[1:], strict=True):
            if first < last:
                yield segment, int(start), int(first), int(last)

    def count(self) -> int:
        """The number of living rows."""
        return len(self.dead) - int(np.count_nonzero(self.dead))

    def sample(self, limit: int) -> tuple[Vectors, NDArray[np.str_]]:
        """See Snapshot: evenly spaced over the rows."""
        family, alive = self.table.coded["family"], ~self.dead
        found = [np.flatnonzero(alive & (family.codes == family.code(name))) for name in FAMILIES]
        some = np.sort(np.concatenate([rows[:: max(1, math.ceil(len(rows) / limit))] for rows in found]))
        return self._vectors(some), family.at(some)

    def shown(self, passage_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """See Snapshot."""
        return self.lexical.shown(passage_ids)

    def vectors_of(self, document_id: str) -> Vectors:
        """See Snapshot."""
        return self._vectors(self.rows_of(document_id))

    def words_like(self, numbers: Rows, asked: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        """See Snapshot; the numbers ascending."""
        found = [
            segment.words.cosines(numbers[first:last] - start, asked)
            for segment, start, first, last in self._by_segment(numbers)
        ]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros((0, len(asked)), dtype=np.float32)
        return np.concatenate([lengths for lengths, _ in found]), np.concatenate([cosines for _, cosines in found])

    def frequencies(self, tokens: Sequence[str], family: str) -> NDArray[np.int64]:
        """See Snapshot."""
        return self.lexical.frequencies(tokens, family)

    def rows_of(self, document_id: str) -> Rows:
        """The living rows of a document."""
        rows = self.table.rows_of(document_id)
        return rows[~self.dead[rows]]


class Generations:
    """The folder of all generations of one index."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self._folder = index / "generations"
        self._segments = index / "segments"
        self._current = index / "current"
        self._checksums = Checksums(index)

    def current_name(self) -> str | None:
        """The name of the generation that is served; None before the first."""
        try:
            return self._current.read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def description(self) -> Description | None:
        """Of the generation that is served; None before the first, or when it cannot be read."""
        name = self.current_name()
        try:
            return self._manifest(name).description if name else None
        except IndexUnusableError:
            return None

    def open(self, former: Generation | None = None) -> Generation:
        """The generation that is served; IndexUnusableError when there is none that can be read.

        Segments that `former` has open already are taken from it. One that is swapped out and removed while it is
        being read is no fault: the next one is tried.
        """
        for attempt in range(_ATTEMPTS):
            name = self.current_name()
            if not name:
                raise _unusable("There is no index", f"an index in {self.index}", "none")
            try:
                return self._read(name, {segment.name: segment for segment in former.segments} if former else {})
            except IndexUnusableError:
                if attempt == _ATTEMPTS - 1 or self.current_name() == name:
                    raise
        raise AssertionError("unreachable")

    def _read(self, name: str, opened: Mapping[str, Segment]) -> Generation:
        here, manifest = self._folder / name, self._manifest(name)
        try:
            if changed := self._checksums.changed(manifest.files):
                raise _unusable("The index is damaged", f"{changed} as it was written", "other bytes")
            segments = [opened.get(one) or load_segment(self._segments / one) for one in manifest.segments]
            dead = np.load(here / _DEAD, allow_pickle=False)
            lexical = LexicalLeg.load(here / "words")
        except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:  # RuntimeError is FAISS's
            raise _unusable("The index is damaged", "the files of a generation", str(error).splitlines()[0]) from error
        return Generation(name, manifest, segments, dead, lexical)

    def _manifest(self, name: str) -> Manifest:
        try:
            stored = json.loads((self._folder / name / "manifest.json").read_text("utf-8"))
            if stored.pop("format") == FORMAT:
                return Manifest(**{**stored, "description": Description(**stored["description"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unusable("The index is damaged", f"a manifest in generation {name}", str(error)) from error
        raise _unusable("The index is of another release", f"format {FORMAT}", "another one")

    def begin(self, *, on: Generation | None = None) -> "Draft":
        """A generation to fill: an empty one, or one that begins with the words of another."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._segments.mkdir(exist_ok=True)
        self._remove_unfinished()
        draft = Draft(self._folder / uuid4().hex[:12], self._segments)
        draft.folder.mkdir()
        if on:
            _link_tree(self._folder / on.name / "words", draft.folder / "words")
        fault_point("index.generation-begun")
        return draft

    def swap_in(self, draft: "Draft", dead: Mask, manifest: Manifest) -> None:
        """Makes a filled draft the generation that is served, in one step; the former one is kept, others go."""
        np.save(draft.folder / _DEAD, dead)
        folders = [draft.folder, *(self._segments / name for name in manifest.segments)]
        files = self._checksums.written(folders)
        stored = asdict(manifest) | {"format": FORMAT, "files": files}
        write_atomically(draft.folder / "manifest.json", json.dumps(stored, ensure_ascii=False, indent=1))
        fault_point("index.manifest-written")
        former = self.current_name()
        fault_point("index.before-swap")
        write_atomically(self._current, draft.folder.name + "\n")
        fault_point("index.after-swap")
        # The former one stays: a reader may just be opening it.
        self._remove_all_but({draft.folder.name, former})

    def _remove_unfinished(self) -> None:
        self._remove_all_but({path.name for path in self._folder.iterdir() if (path / "manifest.json").is_file()})

    def _remove_all_but(self, kept: set[str | None]) -> None:
        for path in self._folder.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
        needed: set[str] = set()
        for path in self._folder.iterdir():
            try:
                needed |= {*self._manifest(path.name).segments}
            except IndexUnusableError:  # of another release; its rows and vectors are not here
                continue
        for path in self._segments.iterdir():
            if path.name not in needed:
                shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Draft:
    """A generation that is being filled."""

    folder: Path
    segments: Path

    def new_segment(self) -> Path:
        """Where a segment can be written."""
        return self.segments / uuid4().hex[:12]

    def words(self) -> LexicalLeg:
        """The lexical leg, to update and to search."""
        return LexicalLeg.create(self.folder / "words")


def _unusable(message: str, expected: str, found: str) -> IndexUnusableError:
    return IndexUnusableError(message, expected=expected, found=found, mend="Run `hub index`.")


def _link_tree(source: Path, target: Path) -> None:
    """Hard links: tantivy never changes a file that it has written, it only replaces and removes whole files."""
    target.mkdir()
    for file in source.iterdir():
        if not file.name.endswith(".lock"):
            os.link(file, target / file.name)

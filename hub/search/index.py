"""The index on one machine: FAISS and tantivy in a folder, as generations of segments."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np

from hub.faults import fault_point
from hub.search.contract import Description, Entry, Measure, Vectors
from hub.search.generation import Draft, Generation, Generations, IndexUnusableError, Manifest, Mask
from hub.search.rows import RowTable
from hub.search.segment import Segment, load_segment, merged, to_merge, write_segment
from hub.search.static_encoder import directions as static_directions
from hub.search.word_table import Directions, WordTable
from hub.search.words import ANALYSIS


class LocalIndex:
    """See `hub.search.contract.Index`. One process at a time may commit; `hub.search.refresh` sees to that."""

    def __init__(
        self, folder: Path, *, fingerprint: str, dimension: int, directions: Directions = static_directions
    ) -> None:
        self._generations = Generations(folder)
        self._fingerprint, self._dimension, self._directions = fingerprint, dimension, directions
        self._generation: Generation | None = None
        self._opening = Lock()
        self._added: list[Entry] = []
        self._removed: set[str] = set()
        self._from_nothing = False

    def add(self, entries: Iterable[Entry]) -> None:
        """See Index."""
        self._added += entries

    def remove(self, document_ids: Iterable[str]) -> None:
        """See Index."""
        gone = set(document_ids)
        self._removed |= gone
        self._added = [entry for entry in self._added if entry.row.document_id not in gone]

    def clear(self) -> None:
        """See Index."""
        self._from_nothing, self._added, self._removed = True, [], set()

    def snapshot(self) -> Generation:
        """See Index; always the newest, also when another process has committed since."""
        name = self._generations.current_name()
        generation = self._generation
        if generation is None or generation.name != name:
            with self._opening:  # one thread reads it from the disk, the others wait
                generation = self._generation
                if generation is None or generation.name != name:
                    generation = self._generation = self._opened(generation)
        return generation

    def _opened(self, former: Generation | None) -> Generation:
        generation = self._generations.open(former)
        if generation.description.fingerprint != self._fingerprint:
            raise IndexUnusableError(
                "The index was built with another encoder",
                expected=self._fingerprint,
                found=generation.description.fingerprint,
                mend="Run `hub index`.",
            )
        return generation

    def is_whole(self) -> bool:
        """See Index."""
        try:
            self.snapshot()
        except IndexUnusableError:
            return False
        return True

    def count(self) -> int:
        """See Index."""
        return self.snapshot().count()

    def describe(self) -> Description | None:
        """See Index."""
        return self._generations.description()

    def commit(self, measure: Measure = lambda snapshot: {}) -> None:
        """See Index."""
        base = None if self._from_nothing or not self.describe() else self.snapshot()
        draft = self._generations.begin(on=base)
        # The rows of a document stand together.
        added = sorted(self._added, key=lambda entry: entry.row.document_id)
        removed = self._removed | {entry.row.document_id for entry in added}
        first_key = base.manifest.next_key if base else 0
        lexical = draft.words()
        lexical.update(removed, added, first_key)
        fault_point("index.words-written")
        segments, dead = _without(base, removed)
        if added:
            table = RowTable.of([entry.row for entry in added], first_key)
            words = WordTable.of([entry.words for entry in added], self._directions)
            segments.append(_written(draft, table, np.stack([entry.vector for entry in added]), words))
            dead.append(np.zeros(len(added), dtype=bool))
        segments, dead = _compacted(draft, segments, dead)
        fault_point("index.vectors-written")
        description = self._description(base, sum(int(np.count_nonzero(~gone)) for gone in dead))
        manifest = Manifest(description, [segment.name for segment in segments], first_key + len(added))
        of_all = np.concatenate([np.zeros(0, dtype=bool), *dead])
        facts = measure(Generation(draft.folder.name, manifest, segments, of_all, lexical))
        self._generations.swap_in(draft, of_all, replace(manifest, description=replace(description, **facts)))
        self._added, self._removed, self._from_nothing = [], set(), False

    def _description(self, base: Generation | None, count: int) -> Description:
        fresh = Description(self._fingerprint, self._dimension, ANALYSIS, count)
        return replace(base.description if base else fresh, count=count)


def _without(base: Generation | None, removed: Iterable[str]) -> tuple[list[Segment], list[Mask]]:
    """The segments of a generation, and the rows of each that are dead when documents are taken out."""
    if base is None:
        return [], []
    dead = base.dead.copy()
    for document_id in removed:
        dead[base.table.rows_of(document_id)] = True
    ends = np.cumsum([len(segment) for segment in base.segments])
    return list(base.segments), list(np.split(dead, ends[:-1]))


def _compacted(draft: Draft, segments: list[Segment], dead: list[Mask]) -> tuple[list[Segment], list[Mask]]:
    """Small segments at the end made one, and those left out in which nothing lives."""
    alive = [place for place, gone in enumerate(dead) if not gone.all()]
    segments, dead = [segments[place] for place in alive], [dead[place] for place in alive]
    number = to_merge([int(np.count_nonzero(~gone)) for gone in dead])
    if number > 1:
        last = _written(draft, *merged(segments[-number:], dead[-number:]))
        segments, dead = [*segments[:-number], last], [*dead[:-number], np.zeros(len(last), dtype=bool)]
    return segments, dead


def _written(draft: Draft, table: RowTable, vectors: Vectors, words: WordTable) -> Segment:
    folder = draft.new_segment()
    write_segment(folder, table, vectors, words)
    return load_segment(folder)

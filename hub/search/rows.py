"""The rows of a generation: for every vector its passage, document, language, role and facet values.

Row number r here is vector r of the dense leg; the lexical leg knows passages by id.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.filters import FACETS, Filters

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """What the index knows of one passage besides its vector and tokens."""

    id: str
    document_id: str
    family: str
    role: str
    facets: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class RowTable:
    """All rows, with the facets turned round: for each value the rows that have it."""

    rows: Sequence[Row]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def number(self) -> dict[str, int]:
        """Passage id -> row."""
        return {row.id: number for number, row in enumerate(self.rows)}

    @cached_property
    def families(self) -> NDArray[np.str_]:
        """The language family of every row."""
        return np.array([row.family for row in self.rows], dtype="U2")

    @cached_property
    def of_document(self) -> dict[str, list[int]]:
        """Document id -> its rows."""
        found: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows):
            found.setdefault(row.document_id, []).append(number)
        return found

    @cached_property
    def _postings(self) -> dict[str, dict[str, Rows]]:
        lists: dict[str, dict[str, list[int]]] = {facet: {} for facet in FACETS}
        for number, row in enumerate(self.rows):
            for facet, values in row.facets.items():
                for value in values:
                    lists[facet].setdefault(value, []).append(number)
        return {
            facet: {value: np.array(found, dtype=np.int64) for value, found in values.items()}
            for facet, values in lists.items()
        }

    def mask(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows pass the filters; None when there are none and all do."""
        if not filters:
            return None
        mask = np.ones(len(self.rows), dtype=bool)
        for facet, values in filters.values.items():
            here = np.zeros(len(self.rows), dtype=bool)
            for value in values:
                here[self._postings[facet].get(value, [])] = True
            mask &= here
        return mask

    def save(self, file: Path) -> None:
        """Writes one JSON list a line."""
        with file.open("w", encoding="utf-8") as stream:
            for row in self.rows:
                facets = {facet: list(values) for facet, values in row.facets.items()}
                line = json.dumps([row.id, row.document_id, row.family, row.role, facets], ensure_ascii=False)
                stream.write(line + "\n")


def facet_counts(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """For each facet how many of the rows have each value, most frequent first."""
    found: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for row in rows:
        for facet, values in row.facets.items():
            for value in values:
                found[facet][value] = found[facet].get(value, 0) + 1
    return {
        facet: dict(sorted(values.items(), key=lambda item: (-item[1], item[0]))) for facet, values in found.items()
    }


def load_rows(file: Path) -> RowTable:
    """The rows that `save` wrote."""
    with file.open(encoding="utf-8") as stream:
        return RowTable([Row(*json.loads(line)) for line in stream])

"""The rows of an index: for every vector its passage, document, language, role and facet values, as columns.

A million rows as Python objects would take gigabytes and every loop over them a second; as columns of small numbers
they take some forty bytes each, and everything a question asks of them is a few operations on arrays. Row r is
vector r of the dense leg; the lexical leg knows a row by its key, which grows from row to row. The rows of a document
stand together.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.filters import FACETS, Filters

Rows = NDArray[np.int64]
# What is known of a row besides its texts and facets; each is a column of numbers and a list of their meanings.
_CODED: Final = ("family", "role", "evidence", "confidence", "place")


@dataclass(frozen=True)
class Row:
    """What the index knows of one passage besides its vector and tokens.

    `evidence` is a lesson's; `confidence`, `place` (the first one's name) and `year` (0 when unknown) are its
    document's.
    """

    id: str
    document_id: str
    family: str
    role: str
    facets: Mapping[str, Sequence[str]]
    evidence: str = ""
    confidence: str = "unknown"
    place: str = ""
    year: int = 0


@dataclass(frozen=True)
class Coded:
    """A column of few distinct texts: `terms[codes[r]]` is that of row r."""

    codes: NDArray[np.int32]
    terms: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str]) -> "Coded":
        """The column of these values."""
        known: dict[str, int] = {}
        codes = [known.setdefault(value, len(known)) for value in values]
        return cls(np.array(codes, dtype=np.int32), tuple(known))

    @classmethod
    def concatenated(cls, columns: Sequence["Coded"]) -> "Coded":
        """One column of several, end to end."""
        known: dict[str, int] = {}
        blocks = []
        for column in columns:
            new = np.array([known.setdefault(term, len(known)) for term in column.terms], dtype=np.int32)
            blocks.append(new[column.codes] if len(new) else column.codes)
        return cls(np.concatenate(blocks), tuple(known))

    def at(self, rows: Rows) -> NDArray[np.str_]:
        """The texts of some rows."""
        return np.array(self.terms or ("",), dtype=np.str_)[self.codes[rows]]

    def code(self, term: str) -> int:
        """The number of a text; -1 for one that no row has."""
        return self.terms.index(term) if term in self.terms else -1


@dataclass(frozen=True)
class Texts:
    """A column of texts that are nearly all distinct, as UTF-8 bytes end to end."""

    data: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, values: Iterable[str]) -> "Texts":
        """The column of these values."""
        encoded = [value.encode() for value in values]
        ends = np.cumsum([len(value) for value in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    @classmethod
    def concatenated(cls, columns: Sequence["Texts"]) -> "Texts":
        """One column of several, end to end."""
        before = np.cumsum([0, *(len(column.data) for column in columns[:-1])])
        ends = [column.ends + start for column, start in zip(columns, before, strict=True)]
        return cls(np.concatenate([column.data for column in columns]), np.concatenate(ends))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: int) -> str:
        start = int(self.ends[place - 1]) if place else 0
        return self.data[start : int(self.ends[place])].tobytes().decode()

    def taken(self, places: Rows) -> "Texts":
        """The column of some of the texts, in the order of `places`."""
        return Texts.of(self[int(place)] for place in places)


@dataclass(frozen=True)
class RowTable:
    """The columns. `document` numbers the documents from 0 in the order of their rows.

    `facet_ends` and `facet_codes` say which of `values` (facet, value) each row has.
    """

    keys: NDArray[np.int64]
    document: NDArray[np.int32]
    year: NDArray[np.int16]
    coded: Mapping[str, Coded]
    passage_ids: Texts
    document_ids: Texts
    facet_ends: NDArray[np.int64]
    facet_codes: NDArray[np.int32]
    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, rows: Sequence[Row], first_key: int = 0) -> "RowTable":
        """A table of rows in which those of a document stand together; keys are counted up from the first."""
        documents: dict[str, int] = {}
        values: dict[tuple[str, str], int] = {}
        numbers = [documents.setdefault(row.document_id, len(documents)) for row in rows]
        codes = [
            [values.setdefault((facet, value), len(values)) for facet, own in row.facets.items() for value in own]
            for row in rows
        ]
        return cls(
            keys=np.arange(first_key, first_key + len(rows), dtype=np.int64),
            document=np.array(numbers, dtype=np.int32),
            year=np.array([row.year for row in rows], dtype=np.int16),
            coded={name: Coded.of(getattr(row, name) for row in rows) for name in _CODED},
            passage_ids=Texts.of(row.id for row in rows),
            document_ids=Texts.of(documents),
            facet_ends=np.cumsum([len(own) for own in codes], dtype=np.int64),
            facet_codes=np.array([code for own in codes for code in own], dtype=np.int32),
            values=tuple(values),
        )

    @classmethod
    def concatenated(cls, tables: Sequence["RowTable"]) -> "RowTable":
        """One table of several, end to end; a document that stands in two of them has two numbers."""
        if len(tables) == 1:
            return tables[0]
        documents = np.cumsum([0, *(len(table.document_ids) for table in tables[:-1])])
        codes = np.cumsum([0, *(len(table.facet_codes) for table in tables[:-1])])
        values = {value: None for table in tables for value in table.values}
        code_of = {value: code for code, value in enumerate(values)}
        translated = [np.array([code_of[value] for value in table.values], dtype=np.int32) for table in tables]
        return cls(
            keys=np.concatenate([table.keys for table in tables]),
            document=np.concatenate(
                [table.document + np.int32(start) for table, start in zip(tables, documents, strict=True)]
            ),
            year=np.concatenate([table.year for table in tables]),
            coded={name: Coded.concatenated([table.coded[name] for table in tables]) for name in _CODED},
            passage_ids=Texts.concatenated([table.passage_ids for table in tables]),
            document_ids=Texts.concatenated([table.document_ids for table in tables]),
            facet_ends=np.concatenate([table.facet_ends + start for table, start in zip(tables, codes, strict=True)]),
            facet_codes=np.concatenate(
                [
                    new[table.facet_codes] if len(new) else table.facet_codes
                    for table, new in zip(tables, translated, strict=True)
                ]
            ),
            values=tuple(values),
        )

    def __len__(self) -> int:
        return len(self.keys)

    def taken(self, rows: Rows) -> "RowTable":
        """The table of some of the rows, in ascending order and with their keys."""
        documents, numbers = np.unique(self.document[rows], return_inverse=True)
        counts = self._facet_counts()[rows]
        return RowTable(
            keys=self.keys[rows],
            document=numbers.astype(np.int32),
            year=self.year[rows],
            coded={name: Coded(column.codes[rows], column.terms) for name, column in self.coded.items()},
            passage_ids=self.passage_ids.taken(rows),
            document_ids=self.document_ids.taken(documents.astype(np.int64)),
            facet_ends=np.cumsum(counts),
            facet_codes=self.facet_codes[self._facet_places(rows)],
            values=self.values,
        )

    def row(self, number: int) -> Row:
        """One row, whole."""
        facets: dict[str, list[str]] = {}
        for place in self._facet_places(np.array([number])):
            facet, value = self.values[int(self.facet_codes[place])]
            facets.setdefault(facet, []).append(value)
        texts = {name: column.terms[int(column.codes[number])] for name, column in self.coded.items()}
        document_id = self.document_ids[int(self.document[number])]
        return Row(self.passage_ids[number], document_id, facets=facets, year=int(self.year[number]), **texts)

    def rows_of(self, document_id: str) -> Rows:
        """The rows of a document; of one that stands twice, all."""
        numbers = self._numbers.get(document_id, [])
        return np.flatnonzero(np.isin(self.document, numbers)) if numbers else np.zeros(0, dtype=np.int64)

    def rows_of_documents(self, numbers: NDArray[np.int32], among: Rows) -> Rows:
        """Those of the rows `among` (ascending) that belong to documents given by number."""
        owners = self.document[among]
        starts = np.searchsorted(owners, numbers, side="left")
        lengths = np.searchsorted(owners, numbers, side="right") - starts
        return among[ranges(starts, lengths)]

    def rows_with_keys(self, keys: NDArray[np.int64]) -> Rows:
        """The rows that have these keys, which all must be there."""
        return np.searchsorted(self.keys, keys).astype(np.int64)

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Which rows pass the filters."""
        passing = np.ones(len(self), dtype=bool)
        for facet, wanted in filters.values.items():
            chosen = np.array([value in {(facet, one) for one in wanted} for value in self.values], dtype=bool)
            here = np.zeros(len(self), dtype=bool)
            if chosen.any():
                here[self._row_of_code[chosen[self.facet_codes]]] = True
            passing &= here
        return passing

    def facet_counts(self, rows: Rows) -> dict[str, dict[str, int]]:
        """For each facet how many of the rows have each value, most frequent first."""
        counted = np.bincount(self.facet_codes[self._facet_places(rows)], minlength=len(self.values))
        found: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for code in np.flatnonzero(counted):
            facet, value = self.values[code]
            found[facet][value] = int(counted[code])
        return {
            facet: dict(sorted(values.items(), key=lambda item: (-item[1], item[0]))) for facet, values in found.items()
        }

    def has(self, rows: Rows, facet: str, value: str) -> NDArray[np.bool_]:
        """Which of some rows have a value of a facet."""
        found = np.zeros(len(rows), dtype=bool)
        if (facet, value) in self.values:
            hits = self.facet_codes[self._facet_places(rows)] == self.values.index((facet, value))
            found[np.repeat(np.arange(len(rows)), self._facet_counts()[rows])[hits]] = True
        return found

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number in range(len(self.document_ids)):
            found.setdefault(self.document_ids[number], []).append(number)
        return found

    @cached_property
    def _row_of_code(self) -> NDArray[np.int32]:
        return np.repeat(np.arange(len(self), dtype=np.int32), self._facet_counts())

    def _facet_counts(self) -> NDArray[np.int64]:
        return np.diff(self.facet_ends, prepend=0)

    def _facet_places(self, rows: Rows) -> Rows:
        ends = self.facet_ends[rows]
        starts = np.where(rows > 0, self.facet_ends[rows - 1], 0)
        return ranges(starts, ends - starts)

    def save(self, file: Path) -> None:
        """Writes NumPy's own format, uncompressed."""
        terms = {name: column.terms for name, column in self.coded.items()}
        meanings = json.dumps({"terms": terms, "values": self.values}, ensure_ascii=False).encode()
        np.savez(
            file,
            allow_pickle=False,
            meanings=np.frombuffer(meanings, dtype=np.uint8),
            **{name: getattr(self, name) for name in ("keys", "document", "year", "facet_ends", "facet_codes")},
            **{f"coded_{name}": column.codes for name, column in self.coded.items()},
            **{f"{name}_data": getattr(self, name).data for name in ("passage_ids", "document_ids")},
            **{f"{name}_ends": getattr(self, name).ends for name in ("passage_ids", "document_ids")},
        )


def load_rows(file: Path) -> RowTable:
    """The table that `save` wrote; ValueError or KeyError when it is damaged."""
    with np.load(file, allow_pickle=False) as stored:
        arrays: dict[str, Any] = {name: stored[name] for name in stored.files}
    meanings = json.loads(arrays["meanings"].tobytes())
    return RowTable(
        **{name: arrays[name] for name in ("keys", "document", "year", "facet_ends", "facet_codes")},
        coded={name: Coded(arrays[f"coded_{name}"], tuple(meanings["terms"][name])) for name in _CODED},
        passage_ids=Texts(arrays["passage_ids_data"], arrays["passage_ids_ends"]),
        document_ids=Texts(arrays["document_ids_data"], arrays["document_ids_ends"]),
        values=tuple((facet, value) for facet, value in meanings["values"]),
    )


def merged_rows(one: Rows, other: Rows) -> Rows:
    """The rows of both, ascending and each once."""
    both = np.sort(np.concatenate([one, other]))
    return both[np.diff(both, prepend=-1) > 0]


def ranges(starts: Rows, lengths: Rows) -> Rows:
    """Every number of several ranges, end to end: starts 3, 9 and lengths 2, 1 give 3, 4, 9."""
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    before = np.cumsum(lengths) - lengths
    result: Rows = np.repeat(starts - before, lengths) + np.arange(total)
    return result

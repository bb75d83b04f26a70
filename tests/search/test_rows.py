"""The rows of an index as columns: all that is asked of them, compared with a plain list of rows."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.catalogue.filters import FACETS, Filters
from hub.search.rows import Row, Rows, RowTable, load_rows, merged_rows, ranges

DOCUMENTS = ("leeds", "ås", "b-3")
VALUES = ("water", "no", "ø", "GB")
FACET_SETS: tuple[dict[str, list[str]], ...] = (
    {},
    {"theme": ["water"]},
    {"theme": ["ø", "water"], "country": ["GB"]},
    {"country": ["no"], "theme": ["water", "no", "GB"]},
    {"language": ["no"], "kind": ["GB", "ø"]},
    {facet: list(VALUES) for facet in FACETS},
    {facet: ["no"] for facet in FACETS[::-2]},
)
NAMES = ("", "a", "ås#1", "漢 :-", "longer")


def some_row(number: int) -> Row:
    """One of 35 different rows; drawn whole, for most of the time of these tests goes into making rows up."""
    return Row(
        id=NAMES[number % 5],
        document_id="",
        family=("en", "no", "nl")[number % 3],
        role=("lesson", "summary")[number % 2],
        facets=FACET_SETS[number % 7],
        evidence=("", "E0", "E1", "E4")[number % 4],
        confidence=("unknown", "high", "low")[number // 5 % 3],
        place=NAMES[number // 7 % 5],
        year=(0, 1999, 2024)[number // 3 % 3],
    )


blocks = st.lists(st.integers(0, 34).map(some_row), min_size=1, max_size=3)
# Rows in which those of a document stand together.
model = st.dictionaries(st.sampled_from(DOCUMENTS), blocks, max_size=3).map(
    lambda drawn: [replace(row, document_id=document) for document, rows in drawn.items() for row in rows]
)
models = st.lists(model, min_size=1, max_size=3)


def joined(tables: Sequence[Sequence[Row]]) -> tuple[RowTable, list[Row]]:
    """Tables end to end with keys that go on, and the same as a list."""
    starts = np.cumsum([0, *map(len, tables)])
    built = [RowTable.of(rows, int(start)) for rows, start in zip(tables, starts, strict=False)]
    return RowTable.concatenated(built), [row for rows in tables for row in rows]


def some(data: st.DataObject, number: int) -> list[int]:
    chosen = data.draw(st.integers(0, 2**number - 1))
    return [place for place in range(number) if chosen >> place & 1]


def as_rows(numbers: Sequence[int]) -> Rows:
    return np.array(numbers, dtype=np.int64)


def assert_is(table: RowTable, rows: Sequence[Row]) -> None:
    assert len(table) == len(rows)
    assert [table.row(number) for number in range(len(rows))] == list(rows)
    for column in ("family", "role", "evidence", "confidence", "place"):
        assert table.coded[column].at(np.arange(len(rows))).tolist() == [getattr(row, column) for row in rows]


@given(models)
def test_tables_end_to_end_hold_all_rows_with_their_keys(tables: list[list[Row]]) -> None:
    table, rows = joined(tables)
    assert_is(table, rows)
    assert table.keys.tolist() == list(range(len(rows)))


@given(models)
def test_documents_are_numbered_in_the_order_of_their_rows_one_that_stands_twice_twice(
    tables: list[list[Row]],
) -> None:
    table, _ = joined(tables)
    expected = [row.document_id for rows in tables for row in {row.document_id: row for row in rows}.values()]
    assert [table.document_ids[number] for number in range(len(table.document_ids))] == expected
    assert (np.diff(table.document) >= 0).all()
    assert sorted(set(table.document.tolist())) == list(range(len(expected)))


@given(models, st.data())
def test_some_rows_taken_are_those_rows_with_their_keys(tables: list[list[Row]], data: st.DataObject) -> None:
    table, rows = joined(tables)
    chosen = some(data, len(rows))
    part = table.taken(as_rows(chosen))
    assert_is(part, [rows[number] for number in chosen])
    assert part.keys.tolist() == chosen
    assert len(part.document_ids) == len(set(part.document.tolist()))


@given(models, st.data())
def test_what_segments_go_through_keeps_the_living_rows(tables: list[list[Row]], data: st.DataObject) -> None:
    alive = [some(data, len(rows)) for rows in tables]
    parts = [RowTable.of(rows).taken(as_rows(kept)) for rows, kept in zip(tables, alive, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        RowTable.concatenated(parts).save(Path(folder) / "rows.npz")
        read = load_rows(Path(folder) / "rows.npz")
    assert_is(read, [rows[number] for rows, kept in zip(tables, alive, strict=True) for number in kept])
    assert read.keys.tolist() == [number for kept in alive for number in kept]


@given(models)
def test_the_rows_of_a_document_are_all_of_them_wherever_it_stands(tables: list[list[Row]]) -> None:
    table, rows = joined(tables)
    for document in (*DOCUMENTS, "atlantis"):
        expected = [number for number, row in enumerate(rows) if row.document_id == document]
        assert table.rows_of(document).tolist() == expected


@given(models, st.data())
def test_the_rows_of_documents_among_some_are_those_of_them(tables: list[list[Row]], data: st.DataObject) -> None:
    table, rows = joined(tables)
    among, numbers = some(data, len(rows)), some(data, len(table.document_ids))
    found = table.rows_of_documents(np.array(numbers, dtype=np.int32), as_rows(among))
    assert found.tolist() == [row for row in among if int(table.document[row]) in numbers]


@given(models, st.data())
def test_rows_are_found_by_their_keys(tables: list[list[Row]], data: st.DataObject) -> None:
    table, rows = joined(tables)
    left = table.taken(as_rows(some(data, len(rows))))
    wanted = some(data, len(left))
    assert left.rows_with_keys(left.keys[wanted]).tolist() == wanted


wanted_values = st.lists(st.sampled_from((*VALUES, "nowhere")), unique=True, min_size=1, max_size=2).map(tuple)


@given(models, st.dictionaries(st.sampled_from(FACETS), wanted_values, max_size=2))
def test_a_row_passes_filters_when_each_facet_has_one_of_the_wanted_values(
    tables: list[list[Row]], wanted: dict[str, tuple[str, ...]]
) -> None:
    table, rows = joined(tables)
    expected = [all({*row.facets.get(facet, ())} & {*own} for facet, own in wanted.items()) for row in rows]
    assert table.mask(Filters(wanted)).tolist() == expected


@given(models, st.data())
def test_facets_are_counted_over_the_given_rows_the_most_frequent_first(
    tables: list[list[Row]], data: st.DataObject
) -> None:
    table, rows = joined(tables)
    chosen = some(data, len(rows))
    counts = table.facet_counts(as_rows(chosen))
    assert tuple(counts) == FACETS
    for facet in FACETS:
        expected = Counter(value for number in chosen for value in rows[number].facets.get(facet, ()))
        assert list(counts[facet].items()) == sorted(expected.items(), key=lambda item: (-item[1], item[0]))


@given(models, st.sampled_from(FACETS), st.sampled_from((*VALUES, "nowhere")), st.data())
def test_which_rows_have_a_value(tables: list[list[Row]], facet: str, value: str, data: st.DataObject) -> None:
    table, rows = joined(tables)
    chosen = some(data, len(rows))
    expected = [value in rows[number].facets.get(facet, ()) for number in chosen]
    assert table.has(as_rows(chosen), facet, value).tolist() == expected


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_rows_merged_are_those_of_both_ascending_and_each_once(one: set[int], other: set[int]) -> None:
    assert merged_rows(as_rows(sorted(one)), as_rows(list(other))).tolist() == sorted(one | other)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8))
def test_ranges_stand_end_to_end(given_ranges: list[tuple[int, int]]) -> None:
    starts, lengths = (as_rows([pair[side] for pair in given_ranges]) for side in (0, 1))
    expected = [number for start, length in given_ranges for number in range(start, start + length)]
    assert ranges(starts, lengths).tolist() == expected

"""A file can be taken apart, edited and put together again, and whatever was not edited stays to the letter."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hub.documents import front_matter
from hub.documents.parse import parse
from hub.documents.problems import DocumentError
from hub.documents.source import Source, decode, split
from tests.tiny_world import WORLD, case


def edited(text: str, **fields: object) -> str:
    return split(text).with_fields(fields).text


def values(source: Source) -> dict[str, object]:
    return front_matter.read(source.front_matter, source.front_matter_line).values


@pytest.mark.parametrize("path", WORLD)
def test_a_file_taken_apart_and_put_together_is_the_same_file(path: str) -> None:
    source = split(WORLD[path])
    assert source.text == WORLD[path]
    assert parse(path, source.text.encode()).source == source


@pytest.mark.parametrize("path", WORLD)
def test_the_version_is_written_without_touching_anything_else(path: str) -> None:
    before, after = WORLD[path], edited(WORLD[path], version=1, published="2024-06-01")
    head, body = before.split("\n---\n", 1)
    assert after == f"{head}\nversion: 1\npublished: '2024-06-01'\n---\n{body}"


def test_a_comment_beside_an_edited_entry_survives() -> None:
    text = "---\n# over\nversion: 1  # av huben\n# under\nlanguage:   nb   # slik\n---\nTekst\n"
    assert edited(text, version=2) == text.replace("version: 1", "version: 2")


def test_an_entry_over_several_lines_is_replaced_as_a_whole() -> None:
    text = "---\nkeywords:\n  - sykkel\n\n  - vei  # ikke bil\n# neste\nlanguage: nb\n---\n"
    assert edited(text, keywords=["gange"]) == "---\nkeywords:\n- gange  # ikke bil\n# neste\nlanguage: nb\n---\n"


def test_a_line_that_only_looks_like_an_entry_is_text() -> None:
    text = "---\ntitle: 'To linjer,\nversion: 7 er den andre'\nsummary: |\n  x\n\n  version: 8\nlicence: x\n---\n"
    after = split(edited(text, version=2))
    assert after.text == text.replace("licence: x\n", "licence: x\nversion: 2\n")
    assert values(after)["title"] == "To linjer, version: 7 er den andre"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"version" : 1\n', "version: 2\n"),
        ("version:\nx: y\n", "version: 2\nx: y\n"),
        ("version: |\n  1\n\nx: y\n", "version: 2\n\nx: y\n"),
        ("version: {a: 1,\n b: 2} # c\n", "version: 2 # c\n"),
        ("  x: y\n  version: 1\n", "  x: y\n  version: 2\n"),
        ("  x: y\n", "  x: y\n  version: 2\n"),
        ("🙂: 🙂\nversion: 1\n", "🙂: 🙂\nversion: 2\n"),
        ("x: y\u2028version: 1\n", "x: y\u2028version: 2\n"),
        ("x: y\r\nversion: 1\r\n", "x: y\r\nversion: 2\r\n"),
        ("x: y\r\n", "x: y\r\nversion: 2\r\n"),
        ("x: |\n  y\n  # no comment\n", "x: |\n  y\n  # no comment\nversion: 2\n"),
        ("", "version: 2\n"),
    ],
)
def test_an_entry_is_set_however_it_was_written(before: str, after: str) -> None:
    assert edited(f"---\n{before}---\n", version=2) == f"---\n{after}---\n"


def test_windows_line_ends_and_a_byte_order_mark_are_kept() -> None:
    text = "\ufeff" + case("Første.\n").replace("\n", "\r\n")
    after = edited(text, version=1)
    assert after == text.replace("\r\n---\r\nF", "\r\nversion: 1\r\n---\r\nF")


def test_what_is_set_may_be_any_text() -> None:
    awkward = {"title": "a: b # c 'd' \"e\"", "summary": "no", "costs": "Ås\nto linjer", "keywords": ["0301", "på"]}
    assert values(split(case()).with_fields(awkward)) == {**values(split(case())), **awkward}


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=30)
scalars = words | st.sampled_from(
    ["no", "~", "0301", "---", "...", "# x", "- x", "a: b", "x\ny", "version: 3", "'", '"']
)
trees = st.recursive(
    scalars, lambda tree: st.lists(tree, max_size=3) | st.dictionaries(scalars, tree, max_size=3), max_leaves=6
)
NAMES = ("language", "title", "version", "published", "keywords", "costs", "naïve")
entries = st.dictionaries(st.sampled_from(NAMES), trees, min_size=1, max_size=5)
between = st.sampled_from(["", "\n", "# et notat: med kolon\n", "\n# --\n\n"])


@st.composite
def front_matters(draw: st.DrawFn) -> dict[str, str]:
    """Front matter as an author or a tool might lay it out: entry by entry, each with what stands before it."""
    style = draw(st.sampled_from([None, "'", '"', "|", ">"]))
    chunks = {}
    for name, value in draw(entries).items():
        dumped = yaml.safe_dump(
            {name: value},
            allow_unicode=draw(st.booleans()),
            width=draw(st.integers(10, 200)),
            indent=draw(st.integers(2, 6)),
            default_style=style if isinstance(value, str) else None,
            default_flow_style=None if draw(st.booleans()) else False,
        )
        chunks[name] = draw(between) + dumped
    return chunks


@given(front_matters(), st.sampled_from(NAMES), st.integers(1, 99) | words)
def test_editing_one_entry_leaves_every_other_as_it_was(chunks: dict[str, str], name: str, value: object) -> None:
    source = Source("---\n", "".join(chunks.values()), "---\n", "Tekst\n")
    try:
        before = values(source)
    except DocumentError:
        return
    after = source.with_fields({name: value})
    others = [chunk for key, chunk in chunks.items() if key != name]
    assert [chunk for chunk in others if chunk not in after.front_matter] == []
    assert (after.head, after.fence, after.body) == (source.head, source.fence, source.body)
    expected = {**before, name: str(value)}
    assert values(after) == {key: wanted for key, wanted in expected.items() if wanted != ""}


@given(front_matters(), st.integers(1, 99))
def test_setting_the_same_twice_is_setting_it_once(chunks: dict[str, str], value: int) -> None:
    source = Source("---\n", "".join(chunks.values()), "---\n", "")
    try:
        values(source)
    except DocumentError:
        return
    once = source.with_fields({"version": value})
    assert once.with_fields({"version": value}) == once


@given(st.text() | st.text("-\n\r \t#ab:\ufeff", max_size=40).map(lambda text: "---\n" + text))
def test_whatever_can_be_split_is_the_same_when_joined(text: str) -> None:
    try:
        source = split(text)
    except DocumentError:
        return
    assert source.text == text
    assert split(source.text) == source


YAML_PIECES = (
    "language: nb\n",
    "title: x\n",
    "- ",
    ": ",
    "&a ",
    "*a ",
    "!!x ",
    "? ",
    "%YAML 9\n",
    "...\n",
    "|\n ",
    "# ",
)
CHARACTERS = (*"{}[]'\"\t\n\\`å", "\r\n", "\ufeff", "\x00", "\x85", "\u2028", "---", "---\n", "<b>", "](")
fragments = st.sampled_from(YAML_PIECES + CHARACTERS)


@given(st.lists(fragments | st.text(max_size=5), max_size=40).map("".join))
def test_the_parser_says_what_is_wrong_with_any_text(text: str) -> None:
    for candidate in (text, "---\n" + text, case(text), case().replace("---\nVeien", text + "---\nVeien")):
        refused_or_read(candidate.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=300))
def test_the_parser_says_what_is_wrong_with_any_bytes(data: bytes) -> None:
    refused_or_read(data)
    refused_or_read(b"---\n" + data)
    refused_or_read(case().encode() + data)


@given(
    trees, st.sampled_from(["language", "title", "about", "written_by", "lessons", "confidence", "period", "sources"])
)
def test_the_parser_says_what_is_wrong_with_any_value(value: object, name: str) -> None:
    refused_or_read(edited(case(), **{name: value}).encode())


def refused_or_read(data: bytes) -> None:
    for path in ("cases/as-sykkelvei.md", "cases/as-sykkelvei.en.md", "agreements/as.md"):
        try:
            parsed = parse(path, data)
        except DocumentError as error:
            problems = error.problems
        else:
            assert parsed.source.text == decode(data)
            continue
        assert problems
        for problem in problems:
            assert problem.path == path
            assert all((problem.expected, problem.found, problem.mend))

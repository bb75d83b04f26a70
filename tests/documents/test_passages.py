"""A body is cut into pieces that know what they are about, and nothing of it is lost."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.documents.render import render
from hub.documents.sections import MAX_WORDS, passages, role_of
from hub.documents.vocabularies import vocabulary

HEADINGS = [
    (heading, role)
    for role, term in vocabulary("roles").items()
    for language in ("en", "nb", "nn", "nl")
    for heading in term["headings"][language]
]
SENTENCE = "Kommunen ringte på hos alle naboene i gata. "


@pytest.mark.parametrize(("heading", "role"), HEADINGS)
def test_a_heading_gives_its_role_in_every_language(heading: str, role: str) -> None:
    assert role_of(heading) == role
    assert role_of(f"2. {heading.upper()}:") == role


@pytest.mark.parametrize("role", [role for role in vocabulary("roles") if role not in ("other", "summary")])
@pytest.mark.parametrize("language", ["en", "nb", "nn", "nl"])
def test_every_role_has_a_heading_in_every_language(role: str, language: str) -> None:
    assert vocabulary("roles")[role]["headings"][language]


def test_a_heading_that_is_not_ours_gives_no_role() -> None:
    assert role_of("Om lag som i fjor") == "other"


def test_a_passage_knows_its_heading_its_role_and_where_it_stands() -> None:
    found = passages("Innledning.\n\n## Hva virket ikke\n\nBrev.\n\n## Wat werkte\n\nAanbellen.\n")
    assert [(p.role, p.heading, p.anchor, p.text) for p in found] == [
        ("other", "", "p_1", "Innledning."),
        ("did_not_work", "Hva virket ikke", "p_2", "Brev."),
        ("worked", "Wat werkte", "p_3", "Aanbellen."),
    ]


def test_a_heading_of_its_own_below_one_of_ours_keeps_the_role() -> None:
    found = passages("## Råd\n\n### Til naboene\n\nRing på.\n\n### Kostnader\n\nTi kroner.\n")
    assert [(p.role, p.heading) for p in found] == [("advice", "Til naboene"), ("costs", "Kostnader")]


def test_short_paragraphs_of_a_section_share_a_passage_and_a_section_never_shares_one() -> None:
    found = passages("## Råd\n\nEn.\n\nTo.\n\n- tre\n- fire\n\n## Kilder\n\nFem.\n")
    assert [p.text for p in found] == ["En. To. tre fire", "Fem."]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = passages(SENTENCE * 40)
    assert len(found) > 1
    assert all(p.text.endswith("gata.") for p in found)


def test_a_sentence_over_the_limit_is_cut_all_the_same() -> None:
    assert [len(p.text.split()) for p in passages("ord " * 250)] == [120, 120, 10]


def test_a_reference_to_a_source_is_no_part_of_a_passage() -> None:
    assert (
        passages("Prisen kom sent ([3](https://example.org), [10](https://example.org)).")[0].text == "Prisen kom sent."
    )


def test_cells_of_a_table_stay_on_one_line() -> None:
    assert passages("| år | naboer |\n|---|---|\n| 2024 | 12 |\n")[0].text == "år naboer 2024 12"


@pytest.mark.parametrize("body", ["", "\n", "## Råd\n", "---\n"])
def test_a_body_without_text_has_no_passages(body: str) -> None:
    assert passages(body) == []


word = st.text("abcåøé-’", min_size=1, max_size=8).filter(lambda text: text.strip("-’"))
sentence = st.lists(word, min_size=1, max_size=200).map(lambda words: "x" + " ".join(words) + ".")
paragraph = st.lists(sentence, min_size=1, max_size=6).map(" ".join)
blocks = st.one_of(
    paragraph,
    st.lists(sentence, min_size=1, max_size=4).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(sentence, min_size=1, max_size=4).map(
        lambda items: "\n".join(f"{n}. {i}" for n, i in enumerate(items, 1))
    ),
    paragraph.map(lambda text: f"> {text}"),
    st.sampled_from(["## Råd", "## Wat werkte", "### Egen", "# Sources", "---"]),
)
bodies = st.lists(blocks, max_size=8).map("\n\n".join)


@given(bodies)
def test_no_word_is_lost_and_the_order_is_kept(body: str) -> None:
    written = [line for line in body.splitlines() if not line.startswith("#") and line != "---"]
    words = " ".join(re.sub(r"^(- |> |\d\. )", "", line) for line in written).split()
    assert " ".join(passage.text for passage in passages(body)).split() == words


@given(bodies)
def test_no_passage_is_longer_than_the_limit_or_empty(body: str) -> None:
    assert all(1 <= len(passage.text.split()) <= MAX_WORDS for passage in passages(body))


@given(bodies)
def test_every_anchor_stands_in_the_page_in_the_same_order(body: str) -> None:
    anchors = re.findall(r' id="(p_\d+)"', render(body))
    places = [anchors.index(passage.anchor) for passage in passages(body)]
    assert all(one <= other for one, other in pairwise(places))


@given(st.text(max_size=300))
def test_any_text_at_all_has_passages_within_the_limit(body: str) -> None:
    anchors = {*re.findall(r' id="(p_\d+)"', render(body))}
    for passage in passages(body):
        assert 1 <= len(passage.text.split()) <= MAX_WORDS
        assert passage.anchor in anchors

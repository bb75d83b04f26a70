"""Asking: lessons of all languages, counts that add up, and an honest no."""

from pathlib import Path

import pytest

from hub.catalogue.database import Catalogue
from hub.catalogue.filters import filters_from
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder
from hub.search.ask import Searcher
from hub.search.find import MAX_PAGES, PER_DOCUMENT, paginate
from hub.search.generation import IndexUnusableError
from hub.search.ranking import WORTH_SHOWING
from hub.search.refresh import refresh
from tests.search.world import DictionaryEncoder


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do we get residents to join a heat network?", "en"),
        ("Hvordan får vi innbyggere med på fjernvarme?", "no"),
        ("Hoe krijgen we bewoners mee met een warmtenet?", "nl"),
    ],
)
def test_a_question_in_any_language_finds_lessons_in_the_others(
    searcher: Searcher, question: str, language: str
) -> None:
    answer = searcher.ask(question)
    assert answer.language == language
    assert {"warmtenet-dorp", "fjernvarme-by"} <= {hit.document.id for hit in answer.hits}
    assert {hit.passage.role for hit in answer.hits} & {"lesson"}


def test_a_question_that_nothing_answers_gets_an_honest_no(searcher: Searcher) -> None:
    answer = searcher.ask("How do penguins keep their eggs warm in a blizzard?")
    assert not answer.answered
    assert list(answer.hits) == []
    assert len(answer.near) > 0
    assert answer.confidence < 0


def test_the_best_hit_comes_first_and_none_lies_far_below_it(searcher: Searcher) -> None:
    answer = searcher.ask("fjernvarme og innbyggere")
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= max(scores) - WORTH_SHOWING


def test_summaries_are_never_hits(searcher: Searcher) -> None:
    answer = searcher.ask("A village builds a heat network with its residents", size=100)
    assert answer.answered
    assert "summary" not in {hit.passage.role for hit in [*answer.hits, *answer.near]}


def test_a_filter_leaves_only_what_it_names(searcher: Searcher) -> None:
    answer = searcher.ask("fjernvarme og innbyggere", filters=filters_from([("country", "NL")]))
    assert {hit.document.id for hit in answer.hits} == {"warmtenet-dorp"}


def test_asking_for_failures_gives_lessons_and_passages_about_failures(searcher: Searcher) -> None:
    answer = searcher.ask("fjernvarme og innbyggere", filters=filters_from([("polarity", "did_not_work")]))
    assert answer.answered
    for hit in answer.hits:
        lesson = hit.passage.lesson
        assert (lesson["polarity"] if lesson else hit.passage.role) == "did_not_work"
    assert {hit.passage.role for hit in answer.hits} == {"lesson", "did_not_work"}


def test_the_counts_of_a_facet_add_up_to_the_hits(searcher: Searcher) -> None:
    answer = searcher.ask("fjernvarme og innbyggere", size=100)
    assert sum(answer.facets["kind"].values()) == answer.total
    assert sum(answer.facets["country"].values()) == answer.total
    for value, count in answer.facets["country"].items():
        narrowed = searcher.ask("fjernvarme og innbyggere", filters=filters_from([("country", value)]))
        assert narrowed.total == count


def test_a_page_shows_at_most_two_hits_of_a_document_and_says_how_many_more_there_are(searcher: Searcher) -> None:
    answer = searcher.ask("warmtenet bewoners", size=100)
    shown = [hit.document.id for hit in answer.hits]
    assert max(shown.count(name) for name in shown) <= PER_DOCUMENT
    for hit in answer.hits:
        everything = answer.facets["kind"]["case"]
        assert 0 <= hit.more <= everything


def test_the_language_of_a_question_can_be_said(searcher: Searcher) -> None:
    answer = searcher.ask("incubator", language="nl")
    assert (answer.language, answer.language_given) == ("nl", True)


def test_a_single_word_is_read_in_the_language_of_the_page(searcher: Searcher) -> None:
    assert searcher.ask("warmtenet", hint="nl").language == "nl"


def test_words_that_correspond_are_marked_across_languages(searcher: Searcher) -> None:
    answer = searcher.ask("Hvordan får vi innbyggere med på fjernvarme?")
    dutch = next(hit for hit in answer.hits if hit.passage.id == "warmtenet-dorp#first")
    marked = {dutch.passage.text[mark.start : mark.end]: mark.question_word for mark in dutch.marks}
    assert marked["warmtenet"] == "fjernvarme"
    assert marked["Bewoners"] == "innbyggere"


def test_a_document_withdrawn_since_the_index_was_made_is_not_shown(
    searcher: Searcher, small_catalogue: Catalogue, world: Path
) -> None:
    (world / "cases" / "warmtenet-dorp.md").unlink()
    sync(small_catalogue, ContentFolder(world))
    assert "warmtenet-dorp" not in {hit.document.id for hit in searcher.ask("warmtenet").hits}


def test_a_running_searcher_follows_the_index(
    searcher: Searcher, small_catalogue: Catalogue, world: Path, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    assert "tram-town" not in {hit.document.id for hit in searcher.ask("free buses").hits}
    file = world / "cases" / "bus-town.md"
    (world / "cases" / "tram-town.md").write_text(file.read_text())
    sync(small_catalogue, ContentFolder(world))
    refresh(small_catalogue, index_folder, encoder)
    assert "tram-town" in {hit.document.id for hit in searcher.ask("free buses").hits}


def test_without_an_index_the_error_says_what_to_run(
    small_catalogue: Catalogue, tmp_path: Path, encoder: DictionaryEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.search.find.load_encoder", lambda name: encoder)
    with pytest.raises(IndexUnusableError, match="hub index"):
        Searcher(small_catalogue, tmp_path / "nowhere").ask("anything")


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 100_000, "𝕳𝖊𝖑𝖑𝖔 \0 \ud83d", "'; DROP TABLE documents; --"])
def test_any_text_can_be_asked(searcher: Searcher, question: str) -> None:
    answer = searcher.ask(question.encode("utf-8", "replace").decode())
    assert answer.page == 1


def test_related_documents_are_of_other_languages_and_the_same_kind(searcher: Searcher) -> None:
    related = searcher.related("fjernvarme-by")
    assert related[0] == "warmtenet-dorp"
    assert "omsorg-bygd" not in related
    assert searcher.related("atlantis") == []


def test_pages_together_hold_every_hit_once() -> None:
    documents = ["a"] * 7 + ["b"] * 3 + ["c"]
    pages = paginate(documents, 4)
    assert sorted(place for page in pages for place in page) == list(range(len(documents)))
    assert pages[0] == [0, 1, 7, 8]
    for page in pages:
        assert all([documents[p] for p in page].count(name) <= PER_DOCUMENT for name in "abc")


def test_there_is_an_end_to_pages() -> None:
    assert len(paginate(["a"] * 1000, 10)) == MAX_PAGES

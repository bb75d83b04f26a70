"""Ranking: what comes first among what an index found, and whether it answers the question at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hub.catalogue.filters import Filters
from hub.search.calibration import Calibration
from hub.search.contract import Candidates, Entry, Query
from hub.search.coverage import question_words
from hub.search.index import LocalIndex
from hub.search.ranking import (
    ALL_STEPS,
    ANSWER_COVERED,
    ANSWER_CUT,
    ANSWER_NEAR,
    WORTH_SHOWING,
    Ranking,
    Steps,
    rank,
)
from hub.search.rows import Row, RowTable
from hub.search.words import FAMILIES, tokens

DIMENSION = 8
QUESTION = "stolen bicycles"
# Chance cosines of mean 0 and spread 0.1 everywhere: a cosine of 0.6 is six spreads.
EVEN = Calibration(
    {f"{a}>{b}": 0.0 for a in FAMILIES for b in FAMILIES}, {f"{a}>{b}": 0.1 for a in FAMILIES for b in FAMILIES}
)
FUSION_ALONE = Steps(coverage=0.0, feedback=0.0, variety=0.0)
Ranked = Callable[..., Ranking]


def passage(
    document: str,
    cosine: float,
    words: Sequence[str] = ("stolen", "bicycles"),
    *,
    towards: int = 1,
    kind: str = "case",
    **fields: Any,
) -> Entry:
    """A passage so near to every question; what is left of its vector points `towards` another axis."""
    row = Row(f"{document}#one", document, "en", "done", {"kind": [kind]})
    row = replace(row, **fields)
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[0], vector[towards] = cosine, np.sqrt(1 - cosine**2)
    return Entry(row, tokens(" ".join(words), row.family), vector, words=list(words))


def many(number: int, *words: str) -> list[Entry]:
    """Passages far from every question, which make their words frequent."""
    return [passage(f"zz-filler{n}", -0.9, words, towards=7, role="background") for n in range(number)]


@pytest.fixture
def index(tmp_path: Path) -> LocalIndex:
    return LocalIndex(tmp_path / "index", fingerprint="one", dimension=DIMENSION)


@pytest.fixture
def ranked(index: LocalIndex) -> Ranked:
    """Puts entries into the index, one commit for each list, and ranks them for a question."""

    def rank_them(*commits: Sequence[Entry], question: str = QUESTION, steps: Steps = ALL_STEPS) -> Ranking:
        for entries in commits:
            index.add(entries)
            index.commit(lambda snapshot: {})
        snapshot = index.snapshot()
        vector = np.zeros(DIMENSION, dtype=np.float32)
        vector[0] = 1
        found = snapshot.search(Query(vector, {}, Filters(), family="en"))
        return rank(found, "en", EVEN, question_words(question, "en", snapshot), snapshot, steps)

    return rank_them


def order(ranking: Ranking, number: int | None = None) -> list[str]:
    """The documents in the order of their hits."""
    return [ranking.candidates.row(place).document_id for place in ranking.order][:number]


def score(ranking: Ranking, document: str) -> float:
    return float(ranking.scores[ranking.order[order(ranking).index(document)]])


def test_a_document_that_covers_the_rare_word_comes_before_one_that_is_only_near(ranked: Ranked) -> None:
    near, theft = passage("station", 0.6, ["bicycles", "station"]), passage("theft", 0.4, ["stolen", "bicycles"])
    entries = [near, theft, *many(10, "bicycles")]
    assert order(ranked(entries), 2) == ["theft", "station"]
    assert order(ranked(steps=replace(ALL_STEPS, coverage=0.0)), 2) == ["station", "theft"]


def test_of_two_words_of_a_question_the_rare_one_decides(ranked: Ranked) -> None:
    common, rare = passage("a-common", 0.5, ["bicycles", "station"]), passage("z-rare", 0.5, ["stolen", "station"])
    assert order(ranked([common, rare, *many(10, "bicycles")]), 2) == ["z-rare", "a-common"]
    assert order(ranked([*many(10, "station"), *many(30, "stolen")]), 2) == ["a-common", "z-rare"]


def test_a_summary_covers_for_the_passages_of_its_document(ranked: Ranked) -> None:
    summary = passage("z-backed", -0.5, ["stolen", "bicycles"], role="summary", id="z-backed:summary-en")
    hits = [passage("z-backed", 0.5, ["station"]), passage("a-alone", 0.5, ["station"])]
    found = ranked([*hits, summary])
    assert order(found) == ["z-backed", "a-alone"]
    assert score(found, "z-backed") > score(found, "a-alone") + 4


def test_what_resembles_the_leaders_is_drawn_up(ranked: Ranked) -> None:
    leaders = [passage(f"leader{n}", 0.8) for n in range(5)]
    others = [passage("a-stranger", 0.5, towards=2), passage("z-kin", 0.5, towards=1)]
    without = replace(ALL_STEPS, feedback=0.0)
    assert order(ranked([*leaders, *others]))[5:] == ["z-kin", "a-stranger"]
    assert order(ranked(steps=without))[5:] == ["a-stranger", "z-kin"]


def test_likeness_to_the_leaders_lifts_nothing_above_what_is_clearly_better(ranked: Ranked) -> None:
    leaders = [passage(f"leader{n}", 0.9) for n in range(5)]
    better, kin = passage("better", 0.8, towards=2), passage("kin", 0.0, towards=1)
    assert order(ranked([*leaders, better, kin]))[5:] == ["better", "kin"]


def test_of_two_equal_ones_that_of_another_place_comes_first(ranked: Ranked) -> None:
    entries = [
        passage("first", 0.9, place="Leeds"),
        passage("a-again", 0.6, place="Leeds"),
        passage("z-elsewhere", 0.6, place="York"),
    ]
    assert order(ranked(entries)) == ["first", "z-elsewhere", "a-again"]
    assert order(ranked(steps=replace(ALL_STEPS, variety=0.0))) == ["first", "a-again", "z-elsewhere"]


def test_of_two_equal_ones_that_in_another_language_comes_first(ranked: Ranked) -> None:
    entries = [passage("first", 0.9), passage("a-again", 0.6), passage("z-elsewhere", 0.6, family="nl")]
    assert order(ranked(entries)) == ["first", "z-elsewhere", "a-again"]


def test_one_in_another_language_that_is_nearly_as_good_comes_before_the_third_of_the_first(ranked: Ranked) -> None:
    entries = [*(passage(f"same{n}", 0.6) for n in range(3)), passage("z-elsewhere", 0.53, family="nl")]
    assert order(ranked(entries)).index("z-elsewhere") == 2


@pytest.mark.parametrize(
    ("again", "elsewhere"),
    [({"place": "Leeds"}, {"place": "York"}), ({"family": "en"}, {"family": "nl"})],
    ids=["place", "language"],
)
def test_variety_never_puts_one_before_a_clearly_better_one(
    again: Mapping[str, Any], elsewhere: Mapping[str, Any], ranked: Ranked
) -> None:
    entries = [passage("first", 0.9, **again), passage("second", 0.8, **again), passage("third", 0.5, **elsewhere)]
    assert order(ranked(entries)) == ["first", "second", "third"]


def test_a_document_without_a_place_loses_nothing_for_others_without_one(ranked: Ranked) -> None:
    variety, plain = ranked([passage("first", 0.9), passage("second", 0.6)]), ranked(steps=Steps(variety=0.0))
    assert score(plain, "second") - score(variety, "second") <= 0.5 + 1e-9
    assert score(plain, "first") == score(variety, "first")


FOUNDED = [
    ({"evidence": "E4"}, {"evidence": "E0"}),
    ({"evidence": "E2"}, {"evidence": "E1"}),
    ({"confidence": "high"}, {"confidence": "unknown"}),
    ({"confidence": "unknown"}, {"confidence": "low"}),
    ({"year": 2024}, {"year": 1995}),
]


@pytest.mark.parametrize(("better", "worse"), FOUNDED)
def test_of_two_equal_ones_the_better_founded_comes_first(
    better: Mapping[str, Any], worse: Mapping[str, Any], ranked: Ranked
) -> None:
    entries = [passage("a-worse", 0.6, **worse), passage("z-better", 0.6, **better)]
    assert order(ranked(entries, steps=FUSION_ALONE)) == ["z-better", "a-worse"]
    assert order(ranked()) == ["z-better", "a-worse"]


def test_all_that_founds_a_document_is_mild(ranked: Ranked) -> None:
    entries = [
        passage("nearer", 0.75, evidence="E0", confidence="low", year=1950),
        passage("founded", 0.6, evidence="E4", confidence="high", year=2024),
    ]
    assert order(ranked(entries)) == ["nearer", "founded"]
    found = ranked(steps=FUSION_ALONE)
    assert score(found, "nearer") - score(found, "founded") == pytest.approx(1.5 - 0.4 - 0.3 - 0.5, abs=0.01)


def test_ten_years_and_an_unknown_year_count_for_nothing_and_a_century_for_half_a_spread(ranked: Ranked) -> None:
    years = {"recent": 2024, "decade": 2014, "unknown": 0, "century": 1924}
    found = ranked([passage(name, 0.6, year=year) for name, year in years.items()], steps=FUSION_ALONE)
    scores = {name: score(found, name) for name in years}
    assert scores["recent"] == scores["decade"] == scores["unknown"]
    assert scores["recent"] - scores["century"] == pytest.approx(0.5)


def test_a_question_whose_words_nothing_covers_is_not_answered(ranked: Ranked) -> None:
    entries = [passage(f"town{n}", 0.6) for n in range(5)]
    covered = ranked(entries)
    uncovered = ranked(question="vuvuzela orchestra")
    assert covered.answered
    assert len(covered.accepted) == 5
    assert not uncovered.answered
    assert uncovered.accepted == []
    assert len(uncovered.order) == 5, "what is nearest can still be shown as such"


def test_a_question_that_is_covered_but_far_from_everything_is_not_answered(ranked: Ranked) -> None:
    assert not ranked([passage(f"town{n}", 0.0) for n in range(5)]).answered


def test_two_documents_that_cover_a_question_together_answer_it_as_one_that_covers_it_all(ranked: Ranked) -> None:
    both = ranked([passage("a", 0.6, ["bicycles"]), passage("b", 0.6, ["stolen"])])
    assert both.confidence == pytest.approx(ANSWER_COVERED + 6 * ANSWER_NEAR - ANSWER_CUT, abs=0.5)
    assert max(score(both, "a"), score(both, "b")) < score(ranked([passage("c", 0.6)]), "c") - 3


@pytest.mark.parametrize("question", ["how do we", "", "?!", "2030"])
def test_a_question_without_words_is_ranked_by_nearness_and_not_answered(question: str, ranked: Ranked) -> None:
    found = ranked([passage("near", 0.7), passage("far", 0.2)], question=question)
    assert order(found) == ["near", "far"]
    assert not found.answered


def test_an_empty_index_answers_nothing(ranked: Ranked) -> None:
    found = ranked([])
    assert (list(found.order), found.answered, list(found.accepted)) == ([], False, [])


def test_accepted_hits_lie_within_what_is_worth_showing_of_the_best(ranked: Ranked) -> None:
    entries = [passage("best", 0.9), passage("inside", -0.09), passage("outside", -0.11)]
    found = ranked(entries, steps=Steps(feedback=0.0, variety=0.0))
    assert order(found) == ["best", "inside", "outside"]
    assert [found.candidates.row(place).document_id for place in found.accepted] == ["best", "inside"]


def given(scores: Sequence[float], confidence: float) -> Ranking:
    """A ranking with these scores, best first."""
    table = RowTable.of([Row(f"d{n}#one", f"d{n}", "en", "done", {}) for n in range(len(scores))])
    zeros = np.zeros(len(scores))
    vectors = np.zeros((len(scores), 1), dtype=np.float32)
    found = Candidates(table, np.arange(len(scores)), vectors, zeros.astype(np.float32), zeros)
    return Ranking(found, np.array(scores), list(range(len(scores))), confidence)


def test_the_bound_itself_is_still_worth_showing() -> None:
    assert given([20.0, 20 - WORTH_SHOWING, 19.99 - WORTH_SHOWING], 0.0).accepted == [0, 1]


def test_below_the_cut_nothing_is_accepted() -> None:
    assert given([20.0, 19.0], -0.001).accepted == []


def test_what_only_asks_is_no_leader_and_comes_last(ranked: Ranked) -> None:
    asking = passage("asking", 0.9, kind="question", role="question")
    found = ranked([asking, passage("case", 0.5)])
    assert order(found) == ["case", "asking"]
    plain = ranked(steps=FUSION_ALONE)
    assert score(found, "asking") == score(plain, "asking")
    assert score(found, "case") > score(plain, "case")


def test_summaries_are_no_hits(ranked: Ranked) -> None:
    summary = passage("town", 0.9, role="summary", id="town:summary-en")
    found = ranked([summary, passage("town", 0.5)])
    assert [found.candidates.row(place).id for place in found.order] == ["town#one"]


def test_ties_are_broken_by_id_whatever_came_into_the_index_first(ranked: Ranked) -> None:
    commits = [[passage(name, 0.6)] for name in ("town-c", "town-a", "town-b")]
    assert order(ranked(*commits, steps=Steps(variety=0.0))) == ["town-a", "town-b", "town-c"]


def test_ties_are_broken_by_id_with_variety_too(ranked: Ranked) -> None:
    commits = [[passage(name, 0.6)] for name in ("town-c", "town-a", "town-b")]
    assert order(ranked(*commits)) == ["town-a", "town-b", "town-c"]

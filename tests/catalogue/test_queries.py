"""Looking documents up: by what they are about, by each other, and by the names they once had."""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub.catalogue import queries
from hub.catalogue.database import Catalogue
from hub.catalogue.filters import FACETS, Filters, filters_from
from tests.catalogue.dumps import JULY, sync_on
from tests.tiny_world import WriteCase, write


@pytest.fixture
def session(catalogue: Catalogue, content: Path) -> Iterator[Session]:
    """A session on the synced tiny world."""
    assert sync_on(catalogue, content).rejected == []
    with catalogue.reading() as opened:
        yield opened


def browse(session: Session, *pairs: tuple[str, str]) -> set[str]:
    listing = queries.browse(session, filters_from(pairs))
    assert listing.total == len(listing.documents)
    return {row.id for row in listing.documents}


def test_without_a_filter_everything_published_is_listed(session: Session) -> None:
    assert len(browse(session)) == 5


def test_two_values_of_a_facet_mean_either(session: Session) -> None:
    assert browse(session, ("country", "NL"), ("phase", "stopped")) == set()
    assert browse(session, ("phase", "scale"), ("phase", "stopped")) == {"zaanstad-warmtenet", "voss-ferje"}


def test_two_facets_mean_both(session: Session) -> None:
    assert browse(session, ("theme", "energy_transition")) == {"tromso-fjernvarme", "zaanstad-warmtenet"}
    assert browse(session, ("theme", "energy_transition"), ("country", "NO")) == {"tromso-fjernvarme"}


def test_norwegian_means_both_written_forms(session: Session) -> None:
    norwegian = {"tromso-fjernvarme", "voss-ferje", "tromso-kommune"}
    for code in ("no", "nb", "nn"):
        assert browse(session, ("language", code)) == norwegian


def test_a_facet_is_counted_without_its_own_filter_and_with_all_others(session: Session) -> None:
    facets = queries.browse(session, filters_from([("country", "NO"), ("theme", "energy_transition")])).facets
    assert {*facets} == {*FACETS}
    assert facets["country"] == {"NL": 1, "NO": 1}
    assert facets["theme"] == {"democracy_participation": 1, "energy_transition": 1, "mobility": 1}
    assert facets["polarity"] == {"did_not_work": 1, "worked": 1}
    assert facets["language"] == {"no": 1}


def test_the_values_of_a_facet_come_with_the_most_frequent_first(session: Session) -> None:
    assert [*queries.browse(session, Filters()).facets["language"].items()] == [("no", 3), ("en", 1), ("nl", 1)]


def test_the_newest_come_first_and_of_one_day_cases_before_organisations(
    catalogue: Catalogue, content: Path, session: Session, write_case: WriteCase
) -> None:
    write_case()
    sync_on(catalogue, content, JULY)
    pages = [queries.browse(session, Filters(), page=page, size=4) for page in (1, 2, 3)]
    assert [[row.id for row in page.documents] for page in pages] == [
        ["as-sykkelvei", "tromso-fjernvarme", "voss-ferje", "zaanstad-warmtenet"],
        ["nordlys", "tromso-kommune"],
        [],
    ]
    assert {page.total for page in pages} == {6}


def test_documents_know_each_other_from_either_side(session: Session) -> None:
    def around(document_id: str) -> dict[str, list[str]]:
        found = queries.neighbours(session, document_id)
        return {relation: [row.id for row in rows] for relation, rows in found.items()}

    assert around("tromso-fjernvarme") == {
        "case": ["nordlys"],
        "organisation": ["tromso-kommune"],
        "programme": ["nordlys"],
        "related": ["zaanstad-warmtenet"],
    }
    assert around("zaanstad-warmtenet") == {"related": ["tromso-fjernvarme"]}
    assert around("tromso-kommune") == {"organisation": ["tromso-fjernvarme"]}
    assert around("nordlys") == {"case": ["tromso-fjernvarme"], "programme": ["tromso-fjernvarme"]}
    assert around("voss-ferje") == {}


def test_a_document_that_was_deleted_is_nobodys_neighbour(
    catalogue: Catalogue, content: Path, session: Session
) -> None:
    (content / "cases/zaanstad-warmtenet.md").unlink()
    sync_on(catalogue, content)
    assert "related" not in queries.neighbours(session, "tromso-fjernvarme")


def test_a_document_is_found_by_an_id_it_took_over(session: Session) -> None:
    found = queries.document(session, "tromso-varme")
    assert found is not None
    assert found.id == "tromso-fjernvarme"
    assert queries.document(session, "tromso-fjernvarme") is found
    assert queries.document(session, "narvik") is None


def test_a_document_found_by_id_comes_before_one_that_took_the_id_over(
    catalogue: Catalogue, content: Path, session: Session, write_case: WriteCase
) -> None:
    write_case(redirect_from="[voss-ferje]")
    sync_on(catalogue, content)
    found = queries.document(session, "voss-ferje")
    assert found is not None
    assert found.id == "voss-ferje"


def rename(content: Path, old: str, new: str) -> None:
    """Renames a case as an editor would: the new file says what it was called."""
    file = content / f"cases/{old}.md"
    text = re.sub(r"redirect_from: .*\n", "", file.read_text("utf-8"))
    write(content, f"cases/{new}.md", text.replace("licence:", f"redirect_from: [{old}]\nlicence:"))
    file.unlink()


def test_a_document_that_was_renamed_is_found_by_its_old_name(
    catalogue: Catalogue, content: Path, session: Session
) -> None:
    rename(content, "voss-ferje", "voss-elferje")
    report = sync_on(catalogue, content, JULY)
    assert (report.added, report.removed, report.problems) == (["voss-elferje"], ["voss-ferje"], [])
    found = queries.document(session, "voss-ferje")
    assert found is not None
    assert (found.id, found.withdrawn) == ("voss-elferje", False)


def test_the_versions_of_a_document_that_was_renamed_stay_under_its_old_name(
    catalogue: Catalogue, content: Path, session: Session
) -> None:
    rename(content, "voss-ferje", "voss-elferje")
    sync_on(catalogue, content, JULY)
    found = queries.document(session, "voss-ferje", follow=False)
    assert found is not None
    assert (found.id, found.withdrawn) == ("voss-ferje", True)
    merged = queries.document(session, "tromso-varme", follow=False)
    assert merged is not None
    assert merged.id == "tromso-fjernvarme"


def test_a_document_renamed_twice_and_then_back_is_found_by_every_name(
    catalogue: Catalogue, content: Path, session: Session
) -> None:
    names = ["voss-ferje", "voss-elferje", "voss-baat"]
    for old, new in pairwise([*names, names[0]]):
        rename(content, old, new)
        assert sync_on(catalogue, content).rejected == []
        session.rollback()
        session.expire_all()
        assert {queries.document(session, name).id for name in names if name in (old, new)} == {new}  # type: ignore[union-attr]
    assert {found.id for name in names if (found := queries.document(session, name))} == {"voss-ferje"}


def test_a_withdrawn_document_that_nobody_took_over_is_found_as_withdrawn(
    catalogue: Catalogue, content: Path, session: Session
) -> None:
    (content / "cases/voss-ferje.md").unlink()
    sync_on(catalogue, content)
    found = queries.document(session, "voss-ferje")
    assert found is not None
    assert (found.id, found.withdrawn) == ("voss-ferje", True)


def test_two_withdrawn_documents_that_took_over_each_other_end_no_look_up(
    catalogue: Catalogue, content: Path, session: Session, write_case: WriteCase
) -> None:
    paths = [write_case("en", redirect_from="[to]"), write_case("to", redirect_from="[en]")]
    sync_on(catalogue, content)
    for path in paths:
        (content / path).unlink()
    sync_on(catalogue, content)
    found = queries.document(session, "en")
    assert found is not None
    assert found.withdrawn


def test_however_many_documents_are_asked_for_no_statement_has_too_many_parameters(session: Session) -> None:
    wanted = ["voss-ferje", *(f"nowhere-{number}" for number in range(1_200)), "zaanstad-warmtenet", "voss-ferje"]
    passages = ["voss-ferje#is", *wanted, "zaanstad-warmtenet#eigendom"]
    numbers: list[int] = []
    engine = session.get_bind()

    def count(_c: object, _cursor: object, _s: str, parameters: Collection[object], *_rest: object) -> None:
        numbers.append(len(parameters))

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert {*queries.documents(session, wanted)} == {"voss-ferje", "zaanstad-warmtenet"}
        assert {*queries.passages(session, passages)} == {"voss-ferje#is", "zaanstad-warmtenet#eigendom"}
        facets = queries.facet_values(session, wanted)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert {document_id: values["theme"] for document_id, values in facets.items()} == {
        "voss-ferje": ["mobility"],
        "zaanstad-warmtenet": ["energy_transition"],
    }
    assert max(numbers) <= 500
    assert queries.documents(session, []) == {}


def test_the_counts_are_over_what_is_published(
    catalogue: Catalogue, content: Path, session: Session, write_case: WriteCase
) -> None:
    before = queries.stats(session)
    assert (before.documents, before.lessons) == (5, 4)
    assert before.facets["kind"] == {"case": 3, "organisation": 1, "programme": 1}
    assert before.confidence == {"high": 1, "medium": 1, "unknown": 3}
    write_case(status="retired")
    sync_on(catalogue, content)
    session.rollback()  # a reader sees what there was when it began
    assert queries.stats(session) == before
    write_case("as-gangvei")
    sync_on(catalogue, content)
    session.rollback()
    assert queries.stats(session).documents == before.documents + 1


def test_passages_are_found_by_id_and_lessons_know_their_evidence(session: Session) -> None:
    found = queries.passages(session, ["tromso-fjernvarme#pris", "tromso-fjernvarme#gone"])
    assert [*found] == ["tromso-fjernvarme#pris"]
    lesson = found["tromso-fjernvarme#pris"].lesson
    assert lesson is not None
    assert (lesson["polarity"], lesson["evidence"], lesson["sources"]) == ("did_not_work", "E0", [1])


def test_the_log_tells_what_changed_since_a_revision(catalogue: Catalogue, content: Path, session: Session) -> None:
    since = queries.revision(session)
    (content / "cases/voss-ferje.md").unlink()
    sync_on(catalogue, content)
    session.rollback()
    assert queries.changed_since(session, since) == ["voss-ferje"]
    assert len(queries.changed_since(session, 0)) == 5
    assert queries.changed_since(session, queries.revision(session)) == []


def test_an_old_link_with_a_value_that_is_gone_still_leads_somewhere() -> None:
    pairs = [("theme", "steam"), ("colour", "blue"), ("country", "norge"), ("language", "de"), ("kind", "case")]
    assert filters_from(pairs) == Filters({"kind": ("case",)})


def test_a_filter_is_read_the_same_whatever_its_order_and_repetition() -> None:
    one = filters_from([("country", "no"), ("theme", "water"), ("country", "NL")])
    other = filters_from([("theme", "water"), ("country", "NL"), ("country", "NO"), ("country", "NL")])
    assert one == other
    assert one.pairs() == [("country", "NL"), ("country", "NO"), ("theme", "water")]

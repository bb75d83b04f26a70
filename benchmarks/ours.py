"""The hub's own engine on a made corpus: how long building takes, and a question without and with filters.

python -m benchmarks.ours STAGE FOLDER …     one stage in a process of its own; benchmarks.scale runs them
"""

import itertools
import sys
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from benchmarks import corpus, made_catalogue
from benchmarks.timing import highest_resident, once, resident, timed
from benchmarks.world import NEAREST, World, recall
from hub.catalogue import queries
from hub.catalogue.database import open_catalogue
from hub.catalogue.filters import Filters
from hub.documents.vocabularies import vocabulary
from hub.search import refresh, words
from hub.search.ask import Searcher
from hub.search.contract import Entry, Query
from hub.search.coverage import question_words
from hub.search.encoder import Encoder
from hub.search.find import Finder, calibration_of
from hub.search.fusion import fuse
from hub.search.generation import Generation
from hub.search.index import LocalIndex
from hub.search.question_language import LanguageDetector
from hub.search.ranking import rank
from hub.search.vector_cache import VectorCache

_COUNTRIES: Final = ("NL", "NO", "GB", "BE", "SE", "DK", "FI", "DE", "FR", "IE", "ES", "US")

Measured = dict[str, Any]


def build(world: World) -> Measured:
    """Builds catalogue and index; seconds of each part, and what they take on the disk."""
    rows = world.rows()
    catalogue = once(lambda: made_catalogue.fill(world.database_url, world.texts, rows))
    encoder = world.encoder()
    index = LocalIndex(world.index, fingerprint=encoder.fingerprint, dimension=encoder.dimension)
    index.clear()
    analysing = once(lambda: index.add(_entries(world, rows)))
    commit = once(lambda: index.commit(lambda snapshot: _calibrated(world, snapshot, encoder)))
    LanguageDetector(world.index).keep_small_model()
    return {
        "catalogue_s": catalogue,
        "analysing_s": analysing,
        "commit_s": commit,
        "build_s": round(analysing + commit, 2),
        "highest_resident_mib": highest_resident(),
        "disk_mib": {
            part: sum(file.stat().st_size for file in (world.index / part).rglob("*") if file.is_file()) // 2**20
            for part in ("segments", "generations")
        },
    }


def _entries(world: World, rows: list[Any]) -> Iterator[Entry]:
    """As `refresh` makes them, with the texts' tokens each once in memory."""
    for entry in corpus.entries(world.texts, rows, world.vectors):
        shown: Measured = {
            "id": entry.row.document_id,
            "kind": "case",
            "language": entry.row.family,
            "role": entry.row.role,
        }
        shown |= {"text": entry.shown["text"], "title": "", "polarity": None, "evidence": None}
        tokens, meaningful = ([sys.intern(word) for word in told] for told in (entry.tokens, entry.words))
        yield Entry(entry.row, tokens, entry.vector, shown, meaningful)


def _calibrated(world: World, snapshot: Any, encoder: Encoder) -> Any:
    """What `hub index` measures: the cosines of the null set, which is encoded for it."""
    catalogue = open_catalogue(world.database_url)
    with catalogue.reading() as session:
        revision = queries.revision(session)
    asked = refresh._null_vectors(encoder, VectorCache(world.index / "vectors.sqlite"))
    return refresh._measured(snapshot, asked, catalogue.uid(), revision)


def ask(world: World) -> Measured:
    """Milliseconds of one question: in the index and its two legs, in the finder and its parts, and in `ask`."""
    encoder = world.encoder()
    index = LocalIndex(world.index, fingerprint=encoder.fingerprint, dimension=encoder.dimension)
    found: Measured = {"open_s": once(index.snapshot)}
    generation = index.snapshot()
    asking = _Asking(world, generation)
    found["first_question_s"] = once(lambda: asking.both(0, Filters()))
    number = len(world.questions)
    for name, filters in _filters().items():
        found[name] = {
            "dense": timed(lambda place, f=filters: asking.dense(place, f[place % len(f)]), number),  # type: ignore[misc]
            "lexical": timed(lambda place, f=filters: asking.lexical(place, f[place % len(f)]), number),  # type: ignore[misc]
            "index": timed(lambda place, f=filters: asking.both(place, f[place % len(f)]), number),  # type: ignore[misc]
            "recall": asking.recall(filters),
        }
    found["candidates"] = int(np.mean([len(asking.candidates(place, Filters())) for place in range(number)]))
    found["parts"] = _parts(world, encoder, asking)
    found["resident_mib"] = resident()
    return found


def _filters() -> dict[str, list[Filters]]:
    """By name, filters that are asked with in turn: the masks of few are kept, of many each is made anew."""
    themes, polarities = vocabulary("themes"), vocabulary("polarities")
    countries = [Filters({"country": (country,)}) for country in _COUNTRIES]
    narrow = [Filters({"theme": (t,), "polarity": (p,)}) for t, p in itertools.product(themes, polarities)]
    many = [Filters({"theme": (t,), "country": (c,)}) for t, c in itertools.product(themes, _COUNTRIES)]
    return {
        "no filter": [Filters()],
        "country": countries,
        "theme and polarity": narrow[:60],
        "theme and country, new each time": many,
    }


class _Asking:
    """The questions of a world, put to one state of the index."""

    def __init__(self, world: World, generation: Generation) -> None:
        self._world, self._generation = world, generation
        self._families = [question.family for question in world.questions]
        self._tokens = [
            {family: words.tokens(question.text, family) for family in words.FAMILIES} for question in world.questions
        ]
        self._calibration = calibration_of(generation)

    def query(self, place: int, filters: Filters) -> Query:
        """A question as the legs understand it."""
        return Query(self._world.asked[place], self._tokens[place], filters, family=self._families[place])

    def candidates(self, place: int, filters: Filters) -> Any:
        """What both legs find."""
        return self._generation.search(self.query(place, filters))

    def both(self, place: int, filters: Filters) -> object:
        """Both legs and their fusion."""
        return fuse(self.candidates(place, filters), self._families[place], self._calibration)

    def ranked(self, place: int, filters: Filters) -> object:
        """Both legs, their fusion, and the leading documents read once more."""
        asked = question_words(self._world.questions[place].text, self._families[place], self._generation)
        candidates = self.candidates(place, filters)
        return rank(candidates, self._families[place], self._calibration, asked, self._generation)

    def dense(self, place: int, filters: Filters) -> Any:
        """The dense leg alone, with as many candidates as for a page."""
        return self._generation._nearest(self.query(place, filters))

    def lexical(self, place: int, filters: Filters) -> object:
        """The lexical leg alone."""
        return self._generation.lexical.search(self.query(place, filters))

    def recall(self, filters: list[Filters]) -> float:
        """The part of the ten nearest by exact cosines that the dense leg finds among its first ten."""
        found, wanted = [], []
        for place in range(len(self._world.questions)):
            chosen, vector = filters[place % len(filters)], self._world.asked[place]
            rows = np.sort(self.dense(place, chosen))
            found.append(
                rows[np.argsort(-(self._generation._vectors(rows) @ vector), kind="stable")[:NEAREST]].tolist()
            )
            wanted.append(self._exact(place, chosen))
        full = [place for place, rows in enumerate(wanted) if len(rows) == NEAREST]
        return recall([found[place] for place in full], np.array([wanted[place] for place in full]))

    def _exact(self, place: int, filters: Filters) -> Any:
        if not filters:
            return self._world.nearest[place]
        rows = np.flatnonzero(self._generation.table.mask(filters))
        cosines = self._world.vectors[rows] @ self._world.asked[place]
        return rows[np.argsort(-cosines, kind="stable")[:NEAREST]]


def _parts(world: World, encoder: Encoder, asking: _Asking) -> Measured:
    """One question inside the server, as a whole and by its parts."""
    texts = [question.text for question in world.questions]
    finder = Finder(world.index, world.encoder_name)
    catalogue = open_catalogue(world.database_url, migrate=False)
    searcher, detector = Searcher(catalogue, world.index, world.encoder_name), LanguageDetector(world.index)
    number, country = len(texts), [Filters({"country": (country,)}) for country in _COUNTRIES]
    return {
        "language": timed(lambda place: detector.detect(texts[place]), number),
        "encoding": timed(lambda place: encoder.encode_questions([texts[place]]), number),
        "tokens": timed(lambda place: [words.tokens(texts[place], name) for name in words.FAMILIES], number),
        "index": timed(lambda place: asking.both(place, Filters()), number),
        "ranking": timed(lambda place: asking.ranked(place, Filters()), number),
        "find": timed(lambda place: finder.find(texts[place]), number),
        "find, country": timed(lambda place: finder.find(texts[place], filters=country[place % len(country)]), number),
        "ask": timed(lambda place: searcher.ask(texts[place]), number),
    }

"""A corpus of any size for the benchmarks, made from the sentences of ../shared/model-data.

A passage is a row of sentences of one language, drawn at random until it has 62 words or more; about ten passages make
a document. Languages, themes, countries and polarities are drawn with the unequal shares that real ones have. So the
texts read like nothing, but their words, lengths, languages and vectors are spread like those of real passages; what
they cannot show is the quality of answers. Questions are sentences of about twelve words that stand in no passage.
The same seed gives the same corpus.
"""

import csv
import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.documents.vocabularies import vocabulary
from hub.search import words
from hub.search.contract import Entry
from hub.search.encoder import Encoder
from hub.search.rows import Row

WORDS_OF_A_PASSAGE: Final = 62
PASSAGES_OF_A_DOCUMENT: Final = 10
_FIRST_SUMMARY: Final = 8
_COUNTRIES: Final = ("NL", "NO", "GB", "BE", "SE", "DK", "FI", "DE", "FR", "IE", "ES", "US")
_FAMILIES: Final = {"en": "en", "nb": "no", "nn": "no", "nl": "nl"}
_FEWEST: Final = 5
_MOST: Final = 60


@dataclass(frozen=True)
class Text:
    """A passage or question with the language family it is written in."""

    text: str
    family: str


def sentences(model_data: Path) -> dict[str, list[str]]:
    """The sentences of five to sixty words by language family, each once, in a fixed order; word lists left out."""
    found: dict[str, dict[str, None]] = {family: {} for family in words.FAMILIES}
    for file in sorted(model_data.glob("*.tsv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                for language, text in row.items():
                    if text and language in _FAMILIES and _FEWEST <= len(text.split()) <= _MOST:
                        found[_FAMILIES[language]][text] = None
    return {family: list(texts) for family, texts in found.items()}


def split(model_data: Path, seed: int, questions: int) -> tuple[dict[str, list[str]], list[Text]]:
    """Sentences to make passages of, and questions that are none of them, as many from each language."""
    chance, pool, asked = random.Random(seed), sentences(model_data), list[Text]()
    for family, texts in pool.items():
        chance.shuffle(texts)
        fit = [text for text in texts if 8 <= len(text.split()) <= 16][: questions // len(pool)]
        asked += [Text(text, family) for text in fit]
        taken = set(fit)
        pool[family] = [text for text in texts if text not in taken]
    chance.shuffle(asked)
    return pool, asked


def passages(pool: dict[str, list[str]], number: int, seed: int) -> Iterator[Text]:
    """So many passages; English, Norwegian and Dutch in turn by document."""
    chance = random.Random(seed + 1)
    for place in range(number):
        family = words.FAMILIES[place // PASSAGES_OF_A_DOCUMENT % len(words.FAMILIES)]
        told = list[str]()
        while sum(len(sentence.split()) for sentence in told) < WORDS_OF_A_PASSAGE:
            told.append(chance.choice(pool[family]))
        yield Text(" ".join(told), family)


def rows(texts: list[Text], seed: int) -> list[Row]:
    """A row for each passage; of the ten of a document two are lessons and the last two its summaries."""
    chance, found = random.Random(seed + 2), list[Row]()
    facets: dict[str, list[str]] = {}
    themes = list(vocabulary("themes"))
    for place, text in enumerate(texts):
        document, number = divmod(place, PASSAGES_OF_A_DOCUMENT)
        if number == 0:
            facets = {
                "kind": ["case"],
                "language": [text.family],
                "theme": list({_unequal(chance, themes) for _ in range(2)}),
                "country": [_unequal(chance, list(_COUNTRIES))],
                "phase": [chance.choice(list(vocabulary("phases")))],
            }
        own = {**facets, "polarity": [_unequal(chance, list(vocabulary("polarities")))]} if number == 0 else facets
        role = "summary" if number >= _FIRST_SUMMARY else ("lesson", "context", "done", "worked")[number % 4]
        found.append(Row(f"made-{document:07}:{number}", f"made-{document:07}", text.family, role, own))
    return found


def _unequal(chance: random.Random, values: list[str]) -> str:
    """One of the values, the first twice as often as the second, three times as often as the third, and so on."""
    return chance.choices(values, [1 / (place + 1) for place in range(len(values))])[0]


def vectors(encoder: Encoder, texts: list[Text], kept: Path, *, step: int = 2_000) -> NDArray[np.float32]:
    """The texts' vectors; encoded in steps that are kept in a folder, so that a run that was broken off goes on."""
    kept.mkdir(parents=True, exist_ok=True)
    blocks = []
    for start in range(0, len(texts), step):
        file = kept / f"{encoder.fingerprint}-{start}-{min(start + step, len(texts))}.npy"
        if not file.is_file():
            block = encoder.encode([text.text for text in texts[start : start + step]])
            temporary = file.with_suffix(".part.npy")
            np.save(temporary, block.astype(np.float16))
            temporary.replace(file)
        blocks.append(np.load(file))
    return np.concatenate(blocks).astype(np.float32)


def entries(texts: list[Text], rows: list[Row], vectors: NDArray[np.float32]) -> Iterator[Entry]:
    """What is added to an index."""
    for text, row, vector in zip(texts, rows, vectors, strict=True):
        meaningful = words.meaningful(text.text, row.family)
        yield Entry(row, words.tokens(text.text, row.family), vector, {"text": text.text}, meaningful)

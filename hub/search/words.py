"""Text analysis for the lexical leg: from a text to the tokens under which it is indexed and looked up.

Done here rather than in the search engine, because its Dutch stemmer is worse and it cuts compounds only when every
part is known. One analysis for each language family; Norwegian keeps æ, ø and å, Dutch and English lose accents.
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import Stemmer
import yaml

from hub.search.static_encoder import BUNDLED, tokenizer_of

# Raised when a text is analysed differently, so that an index made otherwise is built anew.
ANALYSIS: Final = 1
FAMILIES: Final = ("en", "no", "nl")
MIN_PART: Final = 4
_WORD: Final = re.compile(r"\w+", re.UNICODE)
_ALGORITHM: Final = {"en": "english", "no": "norwegian", "nl": "dutch_porter"}
_LINKS: Final = {"no": ("s", "e", ""), "nl": ("en", "s", "e", "")}
_local = threading.local()


def tokens(text: str, family: str) -> list[str]:
    """The tokens of a text in one family (en, no, nl): stems without stop words, compounds followed by their parts."""
    found: list[str] = []
    for word in words(text, family):
        found.append(stem(word, family))
        found += [stem(part, family) for part in parts(word, family) if part not in stop_words(family)]
    return found


def words(text: str, family: str) -> list[str]:
    """The meaning-bearing words of a text, normalised but not stemmed."""
    normal = (normalise(match.group(), family) for match in _WORD.finditer(text))
    return [word for word in normal if word not in stop_words(family) and (len(word) > 1 or word.isdigit())]


def meaningful(text: str, family: str) -> list[str]:
    """The distinct words of a text that are no grammar and no numbers, in lower case, in their order."""
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        plain = normalise(match.group(), family)
        if plain.isalpha() and len(plain) > 1 and plain not in stop_words(family):
            found[unicodedata.normalize("NFC", match.group()).lower()] = None
    return list(found)


@lru_cache(maxsize=100_000)
def normalise(word: str, family: str) -> str:
    """Lower case; without accents, but Norwegian keeps the letters that make other words of other words."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    kept = "æøå" if family == "no" else ""
    return "".join(
        letter
        if letter in kept
        else "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))
        for letter in folded
    )


def stem(word: str, family: str) -> str:
    """The stem of a normalised word."""
    # A stemmer keeps state while it works, so every thread has its own.
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if family not in stemmers:
        stemmers[family] = Stemmer.Stemmer(_ALGORITHM[family])
    return str(stemmers[family].stemWord(word))


@lru_cache(maxsize=100_000)
def parts(word: str, family: str) -> tuple[str, ...]:
    """The two parts of a compound whose parts are words of their own; empty where it is none.

    Of several ways to cut, the one with the longer shorter part is taken: fjern|varme rather than fjernv|arme.
    """
    if family not in _LINKS or len(word) < 2 * MIN_PART or not word.isalpha():
        return ()
    cuts: list[tuple[int, tuple[str, str]]] = []
    for place in range(MIN_PART, len(word) - MIN_PART + 1):
        head, tail = word[:place], word[place:]
        if not _is_known(tail):
            continue
        for link in _LINKS[family]:
            base = head.removesuffix(link) if link else head
            if head.endswith(link) and len(base) >= MIN_PART and _is_known(base):
                cuts.append((min(len(base), len(tail)), (base, tail)))
                break
    return max(cuts, key=lambda cut: cut[0])[1] if cuts else ()


@cache
def stop_words(family: str) -> frozenset[str]:
    """Words of one family that carry grammar only, normalised."""
    lists = yaml.safe_load(resources.files("hub.search").joinpath("stop_words.yaml").read_text("utf-8"))
    return frozenset(normalise(word, family) for word in lists[family].split())


def _is_known(word: str) -> bool:
    """Whether a word stands whole in the bundled encoder's vocabulary, as the frequent ones of the languages do."""
    return tokenizer_of(BUNDLED).token_to_id(word) is not None

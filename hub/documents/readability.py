"""How hard a text is to read: LIX, the one measure that is made for Norwegian and works for Dutch and English too."""

import re
from dataclasses import dataclass
from typing import Final

from hub.documents import plain_text

_LETTERS: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_COLON: Final = re.compile(r":(?=\s+\S)")
_LONG: Final = 6


@dataclass(frozen=True)
class Readability:
    """Counts of a text without its headings: `words` with figures, as its length; `lix` over words of letters."""

    words: int
    sentences: int
    lix: float


def readability(plain: str) -> Readability:
    """LIX of a plain text: words per sentence plus the percentage of words of more than six letters.

    After C. H. Björnsson, *Läsbarhet* (Liber, 1968), where a colon ends a sentence as a full stop does. Under 30 is
    easy, 40 to 50 a newspaper or a plain report, above 60 the prose of statutes. A text without words has LIX 0.
    """
    sentences = plain_text.sentences(plain)
    counted = sum(len(plain_text.words(sentence)) for sentence in sentences)
    letters = [word for sentence in sentences for word in _LETTERS.findall(sentence)]
    if not letters:
        return Readability(counted, len(sentences), 0.0)
    ends = len(sentences) + sum(len(_COLON.findall(sentence)) for sentence in sentences)
    long = sum(sum(map(str.isalpha, word)) > _LONG for word in letters)
    return Readability(counted, len(sentences), len(letters) / ends + 100 * long / len(letters))

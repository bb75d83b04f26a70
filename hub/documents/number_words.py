"""Numbers written in words: those above twelve in a text of any of the languages, and all of them in English.

Up to twelve, words are no figures ("in two steps", "one of us"); nor are "hundred" and "thousand" by themselves.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final

_NORWEGIAN: Final = (
    "en to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
    "tjue tretti førti femti seksti sytti åtti nitti",
    "hundre tusen million",
)
# From one, the tens from twenty, and what multiplies them.
_WORDS: Final = {
    "en": (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "hundred thousand million billion",
    ),
    "nl": (
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
        "achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        "honderd duizend miljoen miljard",
    ),
    "nb": _NORWEGIAN,
    "nn": _NORWEGIAN,
}
_TIMES: Final = (2, 3, 6, 9)
_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_MOST_AS_WORDS: Final = 12
_WORD: Final = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])")
_DECADE: Final = re.compile(r"\b((?:1[5-9]|20)(\d0))'?s\b")
_CENTURY: Final = re.compile(r"\b(\d\d)(?:th|st)[- ]century")


def in_words(text: str, language: str) -> Iterator[tuple[int, str, Decimal]]:
    """Where in a text a number above twelve stands in words, the words, and the number."""
    numbers, times = _above_twelve(language), _WORDS[language][2].split()
    for match in _WORD.finditer(text):
        multiple = _WORD.match(text, match.end() + 1)
        end = multiple.end() if multiple and multiple.group().lower() in times else match.end()
        words = text[match.start() : end]
        if (number := numbers.get(words.lower().replace("\n", " "))) is not None:
            yield match.start(), words, number


@cache
def _above_twelve(language: str) -> dict[str, Decimal]:
    ones, tens, times = (part.split() for part in _WORDS[language])
    small = dict(enumerate(ones, 1)) | {ten * 10: word for ten, word in enumerate(tens, 2)}
    for ten, one in ((ten, one) for ten in range(20, 100, 10) for one in range(1, 10)):
        small[ten + one] = _joined(small[ten], small[one], language)
    numbers = {word: Decimal(number) for number, word in small.items() if number > _MOST_AS_WORDS}
    for power, multiple in zip(_TIMES, times, strict=False):
        for number, word in small.items():
            numbers |= dict.fromkeys((f"{word} {multiple}", word + multiple), Decimal(number).scaleb(power))
    return numbers


def _joined(ten: str, one: str, language: str) -> str:
    if language == "nl":
        return one + ("ën" if one.endswith("e") else "en") + ten
    return f"{ten}-{one}" if language == "en" else ten + one


_ENGLISH: Final = {
    **{word: Decimal(number) for number, word in enumerate(_WORDS["en"][0].split(), 1)},
    **{word: Decimal(number) for number, word in enumerate(_ORDINALS.split(), 1)},
    **{word: Decimal(number * 10) for number, word in enumerate(_WORDS["en"][1].split(), 2)},
    "zero": Decimal(0),
    "a": Decimal(1),
    "half": Decimal("0.5"),
    "half a": Decimal("0.5"),
    "dozen": Decimal(12),
}
_POWER: Final = dict(zip(_WORDS["en"][2].split(), _TIMES, strict=True))
_NUMBER: Final = re.compile(
    rf"\b(?:(?P<tens>{_WORDS['en'][1].replace(' ', '|')})[- ])?(?P<ones>half a|{'|'.join(_ENGLISH)})s?\b"
    rf"(?P<half> and a half)?(?:[- ](?P<times>{'|'.join(_POWER)})\b)?",
    re.IGNORECASE,
)


def in_english(text: str) -> Iterator[Decimal]:
    """All numbers in the words of an English statement: six, third, twenty-five, ten thousand, two and a half.

    The 1960s are also the 60s, and the 19th century is the years from 1800.
    """
    for match in _NUMBER.finditer(text):
        number = _ENGLISH[match["ones"].lower()] + (Decimal("0.5") if match["half"] else 0)
        if match["tens"]:
            number += _ENGLISH[match["tens"].lower()]
        if match["times"]:
            yield number.scaleb(_POWER[match["times"].lower()])
        elif match["ones"].lower() != "a":
            yield number
    for decade in _DECADE.finditer(text):
        yield from (Decimal(decade[1]), Decimal(decade[2]))
    for century in _CENTURY.finditer(text):
        yield Decimal((int(century[1]) - 1) * 100)

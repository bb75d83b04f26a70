"""Numbers and dates as people write them in English, Norwegian and Dutch, read so that they can be compared.

12,500 is 12 500 and 12.500; 1.5 million is 1,5 millioner and 1 500 000; 2019-04 is April 2019. A figure may have
several honest readings (2011-12 is a month or two years); it stands in a text when one of them does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from hub.documents.number_words import in_english, in_words

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january januar januari jan",
            "february februar februari feb",
            "march mars maart marts mar",
            "april apr",
            "May mai mei maj",
            "june juni jun",
            "july juli jul",
            "august augustus augusti aug",
            "september sept sep",
            "october oktober oct okt",
            "november nov",
            "december desember dec des",
        ),
        1,
    )
    for name in names.split()
}
# "may" is a verb; every other month is one in small letters too.
_MONTH_NAME: Final = "|".join(
    name if name == "May" else f"(?i:{name})" for name in sorted(_MONTHS, key=len, reverse=True)
)
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_DAY: Final = r"0?[1-9]|[12]\d|3[01]"
_ISO: Final = re.compile(
    rf"(?<![\w.,-])(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?(?![\w]|-\d)"
)
_NUMERIC: Final = re.compile(
    rf"(?<![\w.,-])(?P<day>{_DAY})(?P<mark>[./-])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<year>{_YEAR})(?!\w)"
)
_IN_WORDS: Final = re.compile(
    rf"(?<![\w])(?:(?P<day>{_DAY})(?:\.|st|nd|rd|th|e)?(?:\s+of)?\s+)?"
    rf"(?P<month>{_MONTH_NAME})\b\.?(?:,?\s+(?:of |i |van )?(?P<year>{_YEAR})\b(?![.,]\d))?"
)
_DAY_LAST: Final = re.compile(
    rf"\b(?P<month>{_MONTH_NAME})\s+(?P<day>{_DAY})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>{_YEAR})\b)?(?!\s*[%.,]\d)"
)
_SHORT_YEARS: Final = re.compile(rf"(?<![\w.,])(?P<first>{_YEAR})\s?[-–/]\s?(?P<last>\d\d)(?![\w]|[.,-]\d)")
_SPACES: Final = " \u00a0\u202f\u2009"
# A digit that follows a letter is a part of a name (CO2, E39, NO092), unless the letters are a currency.
_BEGIN: Final = (
    r"(?<!\d[.,])(?:(?<![^\W_])|(?<=\bkr)|(?<=\bEUR)|(?<=\bNOK)|(?<=\bGBP)|(?<=\bUSD)|(?<=\bSEK)|(?<=\bDKK))"
)
_DIGITS: Final = rf"(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
_NUMBER: Final = re.compile(_BEGIN + _DIGITS)
_NUMBER_IN_NAME: Final = re.compile(_DIGITS)
_SCALES: Final = {
    3: "thousand tusen duizend k",
    6: "million millions millioner millionar miljoen miljoner mill mio mln m meur mnok",
    9: "billion billions milliard milliarder milliardar miljard miljarder mrd mld bn",
}
_POWER: Final = {word: power for power, names in _SCALES.items() for word in names.split()}
_SCALE: Final = re.compile(
    rf"[{_SPACES}-]?(?P<scale>{'|'.join(sorted(_POWER, key=len, reverse=True))})\b", re.IGNORECASE
)
# What may stand between "6.9" and "7.3 million" for both to be millions.
_SAME_SCALE: Final = re.compile(r"[^\d.;:!?\n]{1,24}")
_THOUSANDS: Final = {"en": ",", "nl": ".", "nb": ".", "nn": "."}
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4])\.([0-5]\d)")


@dataclass(frozen=True)
class Reading:
    """One way to read a figure: the numbers it says, and the month, when it says one."""

    numbers: frozenset[Decimal]
    month: int | None = None


@dataclass(frozen=True)
class Figure:
    """A number or date as it stands at `start` of a text, with its possible readings."""

    text: str
    start: int
    readings: tuple[Reading, ...]


def figures(text: str, language: str, *, in_names: bool = False) -> list[Figure]:
    """The figures of a plain text, read as that language writes them, in order.

    Digits within a name such as CO2 are left out unless `in_names`. A month counts only with a day or a year, and a
    number in words only above twelve.
    """
    found = list(_dates(text, language))
    for figure in found:
        text = text[: figure.start] + "\n" * len(figure.text) + text[figure.start + len(figure.text) :]
    found += _short_years(text)
    text = _SHORT_YEARS.sub(lambda match: "\n" * len(match.group()), text)
    for start, words, number in in_words(text, language):
        found.append(Figure(words, start, (Reading(frozenset({number})),)))
    return sorted([*found, *_numbers(text, language, in_names)], key=lambda figure: figure.start)


def months(text: str) -> set[int]:
    """Every month that a text names in words, with a year or without."""
    return {_month(match.group()) for match in re.finditer(rf"\b(?:{_MONTH_NAME})\b", text)}


def _month(name: str) -> int:
    return _MONTHS.get(name) or _MONTHS.get(name.lower()) or 5


def _dates(text: str, language: str) -> Iterator[Figure]:
    taken: list[range] = []
    patterns = [_ISO, _NUMERIC, *([_DAY_LAST] if language == "en" else []), _IN_WORDS]
    for pattern in patterns:
        for match in pattern.finditer(text):
            told = [match["year"], match["day"]]
            if any(told) and not any(match.start() in span or match.end() - 1 in span for span in taken):
                taken.append(range(*match.span()))
                yield Figure(match.group(), match.start(), tuple(_date_readings(match, pattern is _ISO)))


def _date_readings(match: re.Match[str], iso: bool) -> Iterator[Reading]:
    numbers = frozenset(Decimal(part) for part in (match["year"], match["day"]) if part)
    month = match["month"]
    yield Reading(numbers, int(month) if month.isdigit() else _month(month))
    if iso and not match["day"]:
        yield from _years(match["year"], month)


def _short_years(text: str) -> Iterator[Figure]:
    for match in _SHORT_YEARS.finditer(text):
        yield Figure(match.group(), match.start(), tuple(_years(match["first"], match["last"])))


def _years(first: str, last: str) -> Iterator[Reading]:
    """2018/19 as two years, if the second is after the first, or as a year and a number."""
    whole = first[:2] + last
    if whole > first:
        yield Reading(frozenset({Decimal(first), Decimal(whole)}))
        yield Reading(frozenset({Decimal(first), Decimal(last)}))
    elif not 1 <= int(last) <= 12:
        yield Reading(frozenset({Decimal(first), Decimal(last)}))


def _numbers(text: str, language: str, in_names: bool) -> Iterator[Figure]:
    matches = list((_NUMBER_IN_NAME if in_names else _NUMBER).finditer(text))
    powers = _powers(text, matches)
    for match, (power, guessed) in zip(matches, powers, strict=True):
        readings = list(_readings(match.group(), language))
        if power:
            scaled = [_scaled(reading, power) for reading in readings[:1]]
            readings = [*scaled, *(readings if guessed else [])]
        yield Figure(match.group(), match.start(), tuple(dict.fromkeys(readings)))


def _powers(text: str, matches: list[re.Match[str]]) -> list[tuple[int, bool]]:
    """For every number its power of ten, and whether that is a guess: 5 m, or 6.9 in "6.9 and 7.3 million"."""
    own = [_SCALE.match(text, match.end()) for match in matches]
    powers = [(_POWER[scale["scale"].lower()], len(scale["scale"]) == 1) if scale else (0, False) for scale in own]
    for i, (one, other) in reversed(list(enumerate(pairwise(matches)))):
        if not powers[i][0] and powers[i + 1][0] and _SAME_SCALE.fullmatch(text, one.end(), other.start()):
            powers[i] = (powers[i + 1][0], True)
    return powers


def _scaled(reading: Reading, power: int) -> Reading:
    return Reading(frozenset(number.scaleb(power) for number in reading.numbers))


def _readings(digits: str, language: str) -> Iterator[Reading]:
    """A run of digits with separators: as one number of that language, else as the numbers it may be a list of."""
    packed = re.sub(f"[{_SPACES}]", "", digits)
    if (value := _value(packed, language)) is not None:
        yield Reading(frozenset({value}))
    if " " in digits:
        yield Reading(frozenset(number for part in digits.split(" ") for number in _parts(part, language)))
    elif value is None or (language != "en" and _CLOCK.fullmatch(digits)):
        yield Reading(frozenset(map(Decimal, re.findall(r"\d+", digits))))


def _parts(digits: str, language: str) -> list[Decimal]:
    value = _value(digits, language)
    return [value] if value is not None else list(map(Decimal, re.findall(r"\d+", digits)))


def _value(digits: str, language: str) -> Decimal | None:
    """The one number that digits with separators are in a language; None where they are several."""
    marks = re.sub(r"\d", "", digits)
    if not marks:
        return Decimal(digits)
    last = marks[-1]
    if len(set(marks)) == 2 and marks.count(last) == 1:
        whole, fraction = digits.split(last)
        other = marks[0]
        return Decimal(f"{whole.replace(other, '')}.{fraction}") if _grouped(whole, other) else None
    if len(set(marks)) > 1:
        return None
    if _grouped(digits, last) and (len(marks) > 1 or last == _THOUSANDS[language]):
        return Decimal(digits.replace(last, ""))
    return Decimal(digits.replace(last, ".")) if len(marks) == 1 else None


def _grouped(digits: str, mark: str) -> bool:
    """Whether `mark` stands where a thousands separator would."""
    return re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", digits) is not None


@dataclass(frozen=True)
class Entry:
    """What one statement of a fact sheet says in figures."""

    numbers: frozenset[Decimal]
    months: frozenset[int]


@dataclass(frozen=True)
class Facts:
    """The figures of a fact sheet, statement by statement."""

    entries: tuple[Entry, ...]

    def hold(self, figure: Figure) -> bool:
        """Whether a reading of the figure stands here; a date in one statement, whole."""
        return any(self._holds(reading) for reading in figure.readings)

    def _holds(self, reading: Reading) -> bool:
        if reading.month is None:
            return all(any(number in entry.numbers for entry in self.entries) for number in reading.numbers)
        return any(reading.month in entry.months and reading.numbers <= entry.numbers for entry in self.entries)


def entry(text: str, languages: Iterable[str] = ("en",)) -> Entry:
    """The figures of a statement in every reading: in digits as these languages write them, in English words too."""
    numbers, named = set(in_english(text)), months(text)
    for language in languages:
        for figure in figures(text, language, in_names=True):
            for reading in figure.readings:
                numbers |= reading.numbers
                named |= {reading.month} if reading.month else set()
        # Besides "6.9 million" the bare 6.9, which a text may carry to a later "million".
        numbers |= {v for match in _NUMBER_IN_NAME.finditer(text) for v in _parts_of(match.group(), language)}
    return Entry(frozenset(numbers), frozenset(named))


def _parts_of(digits: str, language: str) -> set[Decimal]:
    return {number for reading in _readings(digits, language) for number in reading.numbers}

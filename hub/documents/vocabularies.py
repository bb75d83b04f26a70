"""The controlled vocabularies: stable keys with labels in en, nb and nl, kept as data beside this module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

NAMES = (
    "actor_types",
    "ambitions",
    "code_schemes",
    "commitment_states",
    "confidence",
    "evidence",
    "instruments",
    "kinds",
    "levels",
    "mandates",
    "maturities",
    "phases",
    "polarities",
    "practices",
    "roles",
    "statuses",
    "themes",
)

# In C it takes a tenth of the time, which every `hub search` would wait.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Vocabulary(Mapping[str, Mapping[str, Any]]):
    """Terms in their given order: key -> {"en": …, "nb": …, "nl": …, further data}."""

    name: str
    terms: Mapping[str, Mapping[str, Any]]

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        return self.terms[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def label(self, key: str, locale: str) -> str:
        """The term in `locale` (en, nb or nl); the key itself for a term we do not have, such as `unknown`."""
        return str(self.terms[key][locale]) if key in self.terms else key


@cache
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of that name, read once; KeyError for a name that is not in NAMES."""
    if name not in NAMES:
        raise KeyError(f"no vocabulary {name!r}; there are {', '.join(NAMES)}")
    text = resources.files("hub.documents").joinpath("vocabularies", f"{name}.yaml").read_text("utf-8")
    return Vocabulary(name, yaml.load(text, Loader=_LOADER))  # noqa: S506 (a safe loader, in C where there is one)

"""Fact sheets: what is known of a case from public sources, one YAML file `<language>/<id>.yaml` each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import yaml

from hub.documents.figures import Facts, entry
from hub.documents.front_matter import LOADER
from hub.errors import HubError

# Numbers of sources, codes and addresses are no facts about the case, nor is the day on which a source was read.
_NO_FACTS: Final = frozenset({"accessed", "codes", "codes_note", "id", "language", "n", "read", "url"})
# The compiler wrote in English; these hold words of the sources themselves.
_IN_THE_ORIGINAL: Final = frozenset({"sources", "title", "place"})
_SOURCE_NUMBERS: Final = re.compile(r"\[\d+(?:[,;] ?\d+)*\]")


@dataclass(frozen=True)
class FactSheet:
    """The figures of a sheet, and the web addresses of its sources as `address` writes them."""

    facts: Facts
    addresses: frozenset[str]


def address(url: str) -> str:
    """A web address so that two ways of writing it are equal: nothing escaped, no slash at the end."""
    return unquote(url).strip().rstrip("/")


def read_fact_sheets(folder: Path) -> dict[str, FactSheet]:
    """The sheets below a folder by id; HubError names the first that is no YAML, or that there are none."""
    files = sorted(folder.glob("*/*.yaml"))
    if not files:
        raise HubError(
            "There are no fact sheets",
            expected="YAML files named <language>/<id>.yaml",
            found=f"none in {folder}",
            mend="Give the folder that holds the folders of the languages.",
        )
    return {file.stem: _read(file) for file in files}


def _read(file: Path) -> FactSheet:
    try:
        sheet = yaml.load(file.read_text("utf-8"), Loader=LOADER)  # noqa: S506 (strings only)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise HubError(f"The fact sheet {file} cannot be read", found=str(error).split("\n")[0]) from error
    return fact_sheet(sheet if isinstance(sheet, dict) else {}, file.parent.name)


def fact_sheet(sheet: dict[str, Any], language: str) -> FactSheet:
    """A sheet from its fields; each item of a list is one statement. `language` is that of the case and its sources."""
    entries = []
    for name, value in sheet.items():
        languages = ("en", language) if name in _IN_THE_ORIGINAL and language in ("nb", "nn", "nl") else ("en",)
        for statement in value if isinstance(value, list) else [value]:
            text = _SOURCE_NUMBERS.sub(" ", "\n".join(_strings({name: statement})))
            entries.append(entry(text, languages))
    sources = sheet.get("sources", [])
    urls = [source.get("url", "") for source in sources if isinstance(source, dict)]
    return FactSheet(Facts(tuple(entries)), frozenset(address(url) for url in urls if url))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in _NO_FACTS:
                yield from _strings(item)

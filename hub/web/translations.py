"""The interface's texts: catalogues in `translations/`, compiled when a process starts.

Git holds only the `.po` files. A `.mo` that is missing or older than its `.po` is made anew: beside it where that may
be written, else in a folder of this process's own. Several workers may do so at the same time, since every file is
put into place in one step.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE: Final = Path(__file__).parent.parent.parent / "translations"
_PO: Final = "*/LC_MESSAGES/messages.po"


@dataclass
class Compiled:
    """A folder with compiled catalogues; `keep` holds a temporary one alive as long as the application."""

    path: Path
    keep: tempfile.TemporaryDirectory[str] | None = None


def compiled(source: Path = SOURCE) -> Compiled:
    """The folder in which every catalogue of `source` is compiled and up to date."""
    try:
        _compile(source, source)
    except OSError:
        temporary = tempfile.TemporaryDirectory(prefix="hub-translations-", ignore_cleanup_errors=True)
        _compile(source, Path(temporary.name))
        return Compiled(Path(temporary.name), temporary)
    return Compiled(source)


def _compile(source: Path, target: Path) -> None:
    for po in sorted(source.glob(_PO)):
        mo = target / po.relative_to(source).with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns <= po.stat().st_mtime_ns:
            _write(po, mo)


def _write(po: Path, mo: Path) -> None:
    with po.open("rb") as stream:
        catalogue = read_po(stream, locale=po.parent.parent.name)
    mo.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=mo.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as stream:
        write_mo(stream, catalogue)
    Path(temporary).replace(mo)

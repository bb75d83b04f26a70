"""Settings: typed, read once from the environment, checked at the start, frozen afterwards.

`python -m hub.settings` prints the table that stands in the README; a test keeps the two equal. A dataclass rather
than a pydantic model, since every command reads the settings and pydantic alone takes 0.15 s to import.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from hub.errors import HubError

_PASSWORD: Final = re.compile(r"://[^@/]*@")
_YES: Final = ("1", "true", "yes", "on")
_NO: Final = ("0", "false", "no", "off", "")


class SettingsError(HubError):
    """A setting that makes no sense."""


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        expected = f"a whole number from {least} to {most}"
        try:
            number = int(value)
        except ValueError as error:
            raise ValueError(expected) from error
        if not least <= number <= most:
            raise ValueError(expected)
        return number

    return read


def _yes_or_no(value: str) -> bool:
    if value.lower() not in (*_YES, *_NO):
        raise ValueError(f"one of {', '.join((*_YES, *_NO[:-1]))}")
    return value.lower() in _YES


def _database(value: str) -> str:
    for old in ("postgres://", "postgresql://"):
        if value.startswith(old):
            return "postgresql+psycopg://" + value.removeprefix(old)
    if not value.startswith(("sqlite://", "postgresql+psycopg://")):
        raise ValueError("an address that begins with sqlite:// or postgresql://")
    return value


def _setting(default: Any, meaning: str, read: Callable[[str], Any] = str) -> Any:
    return field(default=default, metadata={"meaning": meaning, "read": read})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting has a name in the environment: HUB_ and the field in capitals, except DATABASE_URL."""

    content: Path = _setting(Path("content"), "Folder of the published Markdown files", Path)
    index: Path = _setting(Path("index"), "Folder of the derived search index; may be deleted", Path)
    database_url: str = _setting(
        "sqlite:///var/catalogue.sqlite",
        "The catalogue: an SQLAlchemy address, SQLite or PostgreSQL (`postgresql://user@host/name`)",
        _database,
    )
    encoder: str = _setting(
        "", "Empty for the bundled encoder, `static` for its fast part, else a sentence-transformers name or folder"
    )
    host: str = _setting("127.0.0.1", "Address that `hub serve` listens on")
    port: int = _setting(8000, "Port that `hub serve` listens on", _whole_number(1, 65535))
    workers: int = _setting(2, "Processes of `hub serve`", _whole_number(1, 64))
    base_url: str = _setting("", "Public address of the site, for absolute links; empty: taken from each request")
    trusted_hosts: str = _setting("", "Host names that are answered, separated by commas; empty: any")
    https: bool = _setting(False, "Set when served over TLS: adds Strict-Transport-Security", _yes_or_no)
    operator: str = _setting("", "Who runs this hub, for the statements it must make")
    contact: str = _setting("", "Mail address or page where readers can reach the operator")


def variable(name: str) -> str:
    """The name in the environment of a field of Settings."""
    return name.upper() if name == "database_url" else f"HUB_{name.upper()}"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in an environment, this process's by default; SettingsError names the first one that is wrong."""
    given: dict[str, Any] = {}
    for setting in fields(Settings):
        name = variable(setting.name)
        if name in environment:
            try:
                given[setting.name] = setting.metadata["read"](environment[name])
            except ValueError as error:
                raise SettingsError(
                    f"The setting {name} cannot be used",
                    expected=str(error),
                    found=_PASSWORD.sub("://…@", repr(environment[name])),
                    mend="Change or unset it in the environment.",
                ) from error
    return Settings(**given)


def settings_table() -> str:
    """A Markdown table of all settings: name, meaning, default."""
    rows = ["| setting | meaning | default |", "|---|---|---|"]
    for setting in fields(Settings):
        default = f"`{setting.default}`" if setting.default != "" else "(empty)"
        rows.append(f"| `{variable(setting.name)}` | {setting.metadata['meaning']} | {default} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(settings_table())  # noqa: T201 (this is its output)

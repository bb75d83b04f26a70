"""Settings: typed, read once from the environment, checked at the start, frozen afterwards.

`python -m hub.settings` prints the table that stands in the README; a test keeps the two equal.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hub.errors import HubError

_PASSWORD: Final = re.compile(r"://[^@/]*@")


class SettingsError(HubError):
    """A setting that makes no sense."""


class Settings(BaseModel):
    """Every setting has a name in the environment: HUB_ and the field in capitals, except DATABASE_URL."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Annotated[Path, Field(description="Folder of the published Markdown files")] = Path("content")
    index: Annotated[Path, Field(description="Folder of the derived search index; may be deleted")] = Path("index")
    database_url: Annotated[
        str,
        Field(description="The catalogue: an SQLAlchemy address, SQLite or PostgreSQL (`postgresql://user@host/name`)"),
    ] = "sqlite:///var/catalogue.sqlite"
    encoder: Annotated[
        str,
        Field(description="Empty for the bundled encoder, or any sentence-transformers name or folder"),
    ] = ""
    host: Annotated[str, Field(description="Address that `hub serve` listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535, description="Port that `hub serve` listens on")] = 8000
    workers: Annotated[int, Field(ge=1, le=64, description="Processes of `hub serve`")] = 2
    base_url: Annotated[
        str, Field(description="Public address of the site, for absolute links; empty: taken from each request")
    ] = ""
    trusted_hosts: Annotated[
        str, Field(description="Host names that are answered, separated by commas; empty: any")
    ] = ""
    https: Annotated[bool, Field(description="Set when served over TLS: adds Strict-Transport-Security")] = False
    operator: Annotated[str, Field(description="Who runs this hub, for the statements it must make")] = ""
    contact: Annotated[str, Field(description="Mail address or page where readers can reach the operator")] = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        for old in ("postgres://", "postgresql://"):
            if value.startswith(old):
                return "postgresql+psycopg://" + value.removeprefix(old)
        if not value.startswith(("sqlite://", "postgresql+psycopg://")):
            raise ValueError("an address that begins with sqlite:// or postgresql://")
        return value


def variable(field: str) -> str:
    """The name in the environment of a field of Settings."""
    return field.upper() if field == "database_url" else f"HUB_{field.upper()}"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in an environment, this process's by default; SettingsError names the first one that is wrong."""
    # pydantic-settings would do this too, at a price of 0.15 s in every `hub search`.
    given = {field: environment[variable(field)] for field in Settings.model_fields if variable(field) in environment}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            f"The setting {variable(str(first['loc'][0]))} cannot be used",
            expected=first["msg"].removeprefix("Value error, "),
            found=_PASSWORD.sub("://…@", repr(first["input"])),
            mend="Change or unset it in the environment.",
        ) from error


def settings_table() -> str:
    """A Markdown table of all settings: name, meaning, default."""
    rows = ["| setting | meaning | default |", "|---|---|---|"]
    for name, info in Settings.model_fields.items():
        default = f"`{info.default}`" if info.default != "" else "(empty)"
        rows.append(f"| `{variable(name)}` | {info.description} | {default} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(settings_table())  # noqa: T201 (this is its output)

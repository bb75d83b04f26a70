"""Settings come from the environment, are checked once, and are documented as they are."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from hub.settings import Settings, SettingsError, load_settings, settings_table, variable

README = Path(__file__).parent.parent / "README.md"


def test_without_an_environment_the_hub_runs_on_one_machine_for_oneself() -> None:
    settings = load_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url == "sqlite:///var/catalogue.sqlite"
    assert (settings.content, settings.index, settings.encoder) == (Path("content"), Path("index"), "")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HUB_PORT", "eighty", "a whole number from 1 to 65535"),
        ("HUB_PORT", "0", "a whole number from 1 to 65535"),
        ("HUB_PORT", "65536", "a whole number from 1 to 65535"),
        ("HUB_WORKERS", "0", "a whole number from 1 to 64"),
        ("HUB_HTTPS", "perhaps", "one of 1, true, yes, on, 0, false, no, off"),
        ("DATABASE_URL", "mysql://host/name", "an address that begins with sqlite:// or postgresql://"),
    ],
)
def test_a_wrong_value_is_told_with_its_variable(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({name: value})
    assert str(refused.value).startswith(f"The setting {name} cannot be used; expected ")
    assert expected in refused.value.expected
    assert value in refused.value.found
    assert refused.value.mend == "Change or unset it in the environment."


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_a_postgresql_address_names_the_driver_we_use(scheme: str) -> None:
    settings = load_settings({"DATABASE_URL": f"{scheme}://hub@db.example/hub"})
    assert settings.database_url == "postgresql+psycopg://hub@db.example/hub"


def test_what_is_not_ours_in_the_environment_is_left_alone() -> None:
    assert load_settings({"PORT": "x", "HUB_FAULT": "sync.after-commit", "HUB_TEST_COMPLETE": "1"}) == Settings()


def test_settings_do_not_change_while_the_hub_runs() -> None:
    with pytest.raises(FrozenInstanceError):
        load_settings({}).port = 9000  # type: ignore[misc]


def test_every_setting_is_described_with_its_variable_and_default() -> None:
    lines = settings_table().splitlines()[2:]
    assert len(lines) == len(fields(Settings))
    for setting, line in zip(fields(Settings), lines, strict=True):
        assert line.startswith(f"| `{variable(setting.name)}` | ")
        assert "None" not in line


def test_the_readme_has_the_settings_as_they_are() -> None:
    assert settings_table() in README.read_text("utf-8")


def test_a_wrong_database_address_is_told_without_its_password() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"DATABASE_URL": "mysql://hub:s3cret@host/name"})
    assert "s3cret" not in str(error.value)
    assert "DATABASE_URL" in str(error.value)

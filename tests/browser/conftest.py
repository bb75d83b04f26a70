"""A real server on the real content, and Debian's chromium to read it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT: Final = Path(__file__).parent.parent.parent
_ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
_PATIENCE_S: Final = 120


def _missing(what: str) -> None:
    """Skips; fails in CI, where nothing may be skipped for want of a tool."""
    if os.environ.get("HUB_TEST_COMPLETE") == "1":
        pytest.fail(f"{what}, and HUB_TEST_COMPLETE=1 allows no test to be left out")
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, or the one that HUB_TEST_CHROMIUM names."""
    program = os.environ.get("HUB_TEST_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(program).exists():
        _missing("chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `hub serve` on a copy of content/, with the bundled encoder."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "content", folder / "content")
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
        "HUB_CONTENT": str(folder / "content"),
        "HUB_INDEX": str(folder / "index"),
        "DATABASE_URL": f"sqlite:///{folder / 'catalogue.sqlite'}",
        "HUB_PORT": str(port),
        "HUB_WORKERS": "1",
    }
    hub = [sys.executable, "-c", "from hub.cli import main; main()"]
    synced = subprocess.run([*hub, "sync"], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert synced.returncode == 0, synced.stderr
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([*hub, "serve"], env=environment, cwd=ROOT) as server:
        try:
            _wait_for(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended at once"
        try:
            with urlopen(f"{address}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"no answer within {_PATIENCE_S} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A fresh visitor; asking any other host for anything fails the test."""
    opened = chromium.new_context(base_url=site, locale="nb-NO")
    opened.set_default_timeout(15_000)
    elsewhere: list[str] = []
    opened.on("request", lambda request: None if request.url.startswith(site) else elsewhere.append(request.url))
    yield opened
    opened.close()
    assert not elsewhere, f"asked of other hosts: {elsewhere}"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that must show no error in the console."""
    return context.new_page()

"""Pages for everybody: without script, by keyboard, on a narrow screen, light to load, and by axe's rules."""

import os
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

PAGES: Final = {
    "home": "/",
    "ask": "/search",
    "results": "/search?q=Hvordan f%C3%A5r vi innbyggere med p%C3%A5 fjernvarme?",
    "no answer": "/search?q=zebra opera juggling xylophone",
    "why": "/why?q=Hvordan f%C3%A5r vi innbyggere med p%C3%A5 fjernvarme?"
    "&passage=purmerend-overwhere-zuid-aardgasvrij%23four-parties-close-together",
    "browse": "/browse?kind=case",
    "nothing": "/browse?country=SE",
    "case": "/cases/purmerend-overwhere-zuid-aardgasvrij",
    "failed case": "/cases/nottingham-robin-hood-energy",
    "insight": "/insights/mission-incubator-model",
    "question": "/questions/residents-join-heat-network",
    "programme": "/programmes/kommuneinkubatoren",
    "agreement": "/agreements/local-green-deal-mannheim",
    "organisation": "/organisations/socentral",
    "about": "/about",
    "accessibility": "/accessibility",
    "privacy": "/privacy",
    "missing": "/nope",
}
LANGUAGES: Final = ("en", "no", "nl")
_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, which the Makefile fetches and git does not hold."""
    file = Path(os.environ.get("HUB_TEST_AXE", ROOT / "tests/browser/.cache/package/axe.min.js"))
    if not file.is_file():
        from tests.browser.conftest import _missing

        _missing(f"there is no axe-core at {file} (npm pack axe-core)")
    return file.read_text("utf-8")


@pytest.mark.parametrize(("language", "scheme"), [*((code, "light") for code in LANGUAGES), ("nl", "dark")])
def test_axe_finds_nothing(chromium: Browser, site: str, axe: str, language: str, scheme: str) -> None:
    context = chromium.new_context(base_url=site, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found: list[str] = []
    for name, address in PAGES.items():
        page.goto(f"/{language}{address}")
        page.evaluate(axe)
        run = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
        for violation in page.evaluate(run, _TAGS)["violations"]:
            nodes = [node["target"] for node in violation["nodes"][:3]]
            found.append(f"{name}: {violation['id']}: {violation['help']} at {nodes}")
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways_at_320_pixels(context: BrowserContext, language: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for name, address in PAGES.items():
        page.goto(f"/{language}{address}")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            wide.append(f"{name}: {width}")
    assert not wide


def test_a_page_weighs_less_than_100_kb(context: BrowserContext) -> None:
    heavy = []
    for name, address in PAGES.items():
        page = context.new_page()
        bodies: list[int] = []
        page.on("response", lambda response, bodies=bodies: bodies.append(len(response.body())))
        page.goto(f"/no{address}", wait_until="networkidle")
        assert len(bodies) >= 3, "page, style and script"
        if sum(bodies) > 100_000:
            heavy.append(f"{name}: {sum(bodies)} bytes")
        page.close()
    assert not heavy


def test_no_page_reports_an_error(context: BrowserContext) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for name, address in PAGES.items():
        page.goto(f"/nl{address}")
        if name == "missing":
            errors = [error for error in errors if "404" not in error]
    assert not errors


def test_everything_works_without_script(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto("/en/")
    page.get_by_role("searchbox").fill("How do we get residents to join a heat network?")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("article").first).to_be_visible()
    page.get_by_text("Narrow down").click()
    page.get_by_label("Dutch").check()
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("language=nl"))
    page.get_by_role("link", name=re.compile("Remove the filter")).click()
    expect(page).not_to_have_url(re.compile("language=nl"))
    page.get_by_role("link", name="Norsk", exact=True).click()
    expect(page).to_have_url(re.compile(r"/no/search\?q="))
    context.close()


def test_the_hub_can_be_used_by_keyboard_alone(page: Page) -> None:
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("heat network residents")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/en/search"))
    page.locator("article a").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_choosing_a_filter_changes_the_list_and_keeps_the_place(page: Page) -> None:
    page.goto("/en/browse")
    page.get_by_label("Did not work").check()
    expect(page).to_have_url(re.compile("polarity=did_not_work"))
    expect(page.get_by_label("Did not work")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("texts")
    expect(page.get_by_role("link", name="Norsk", exact=True)).to_have_attribute(
        "href", re.compile("polarity=did_not_work")
    )
    page.go_back()
    expect(page.get_by_label("Did not work")).not_to_be_checked()

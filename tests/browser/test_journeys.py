"""Four people come with what they want, and leave with it."""

import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_policy_maker_asks_in_norwegian_and_finds_dutch_and_english_cases(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/no/$"))
    page.get_by_role("searchbox", name="Ditt omstillingsspørsmål").fill("Hvordan får vi innbyggere med på fjernvarme?")
    page.get_by_role("button", name="Spør").click()
    expect(page.get_by_text("Vi har lest spørsmålet ditt som norsk.")).to_be_visible()
    for language in ("nl", "en"):
        found = page.locator(f"article:has(blockquote[lang={language}])")
        expect(found.first).to_be_visible()
        expect(found.locator("mark[title^='svarer til']").first).to_be_visible()


def test_a_councillor_browses_to_a_case_that_failed_and_reads_what_went_wrong(page: Page) -> None:
    page.goto("/nl/")
    page.get_by_role("link", name="Verkennen").click()
    page.get_by_label("Werkte niet").check()
    expect(page).to_have_url(re.compile("polarity=did_not_work"))
    page.get_by_label("Casussen").check()
    expect(page).to_have_url(re.compile("kind=case"))
    page.get_by_label("Verenigd Koninkrijk").check()
    expect(page).to_have_url(re.compile("country=GB"))
    page.get_by_role("link", name=re.compile("Nottingham: eigen")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nottingham")
    glance = page.get_by_role("region", name="In 30 seconden")
    expect(glance.get_by_role("heading", name="Wat er misging")).to_be_visible()
    expect(page.get_by_text("Samengesteld uit openbare bronnen met behulp van taalmodellen.")).to_be_visible()


def test_a_region_follows_a_lesson_to_its_source_and_takes_the_text_along(page: Page, tmp_path: Path) -> None:
    page.goto("/en/search?q=council owned energy company losses&in=en")
    link = page.locator("article").filter(has_text="Nottingham").get_by_role("link").first
    link.click()
    anchor = page.url.split("#")[1]
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()
    lesson = page.locator("li.lesson").first
    lesson.locator(".refs a").first.click()
    expect(page.locator("li[id^=source_]:target")).to_be_in_viewport()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Markdown").click()
    file = tmp_path / "case.md"
    download.value.save_as(file)
    assert download.value.suggested_filename == "nottingham-robin-hood-energy.md"
    assert file.read_text("utf-8").startswith("---\n")


def test_a_researcher_cites_a_text_by_its_permanent_address_and_version(page: Page, site: str) -> None:
    page.goto("/en/cases/leuven-2030")
    permanent = page.get_by_role("region", name="Use this text").get_by_role("link").nth(1)
    address = permanent.get_attribute("href")
    assert address == f"{site}/id/leuven-2030"
    permanent.click()
    expect(page).to_have_url(re.compile("/no/cases/leuven-2030$"))
    page.get_by_role("link", name="adressen til denne versjonen").click()
    expect(page).to_have_url(re.compile("/no/cases/leuven-2030"))
    with urlopen(f"{address}@1.md") as answer:
        assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"

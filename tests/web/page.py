"""A page as its reader meets it: headings, words and links; and what no page may ever have."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_WITHIN_WORDS = {"a", "em", "mark", "span", "strong"}


@dataclass
class Element:
    """One element with its words, all those inside it included."""

    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


class Page(HTMLParser):
    """A parsed page. Parsing fails on elements that are closed wrongly."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>: {names}"
        if tag not in _WITHIN_WORDS:
            self.handle_data(" ")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()
        if tag not in _WITHIN_WORDS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def one(self, tag: str) -> Element:
        found = self.all(tag)
        assert len(found) == 1, f"{len(found)} of <{tag}>"
        return found[0]

    def by_id(self, id_: str) -> Element:
        return next(element for element in self.elements if element.attributes.get("id") == id_)

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def words(self) -> str:
        return self.one("main").text

    def switch(self) -> dict[str, str]:
        """The language switch: name of the language -> address of this page in it."""
        return {e.text: e.attributes["href"] for e in self.all("a") if "hreflang" in e.attributes}

    def links(self) -> dict[str, str]:
        """Words of a link -> its address (the last one of those that read the same)."""
        return {element.text: element.attributes["href"] for element in self.all("a")}

    def check(self) -> None:
        """What holds for every page."""
        html = self.one("html").attributes
        assert html["lang"] in ("en", "nb", "nl")
        assert self.one("title").text
        assert self.heading
        assert any(e.attributes.get("name") == "description" and e.attributes["content"] for e in self.all("meta"))
        assert not self.all("style"), "inline style"
        assert all(e.attributes.get("src", "").startswith("/static/") and not e.text for e in self.all("script"))
        for element in self.elements:
            bad = [name for name in element.attributes if name == "style" or name.startswith("on")]
            assert not bad, f"<{element.tag}> has {bad}"
        ids = [e.attributes["id"] for e in self.elements if "id" in e.attributes]
        assert len(ids) == len(set(ids)), f"an id twice: {sorted(i for i in ids if ids.count(i) > 1)}"
        for link in self.all("a"):
            assert link.text, f"a link without words to {link.attributes.get('href')}"
            assert link.attributes["href"].startswith(("/", "#", "https://", "http://", "mailto:"))
            if link.attributes["href"].startswith("#"):
                assert link.attributes["href"][1:] in ids, f"a link to nothing: {link.attributes['href']}"
        for form in self.all("form"):
            sends = form.attributes["action"].endswith("/brief")
            assert form.attributes["method"] == ("post" if sends else "get")
            assert form.attributes["action"].startswith("/")

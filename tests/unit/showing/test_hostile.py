"""Whatever a model writes, what is left of it on a page can do nothing."""

from html.parser import HTMLParser

import pytest

from labeling import showing
from tests.hostile import HOSTILE

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "del", "blockquote", "ul", "ol", "li", "h3", "h4"),
    *("h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "a", "img", "span"),
}
ATTRIBUTES = {
    ("a", "href"),
    ("a", "rel"),
    ("a", "target"),
    ("a", "title"),
    ("img", "src"),
    ("img", "alt"),
    ("ol", "start"),
    ("span", "class"),
    ("span", "title"),
    ("span", "data-math"),
    ("pre", "class"),
}


class Found(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data):
        self.tags.append("comment")

    def handle_decl(self, decl):
        self.tags.append("declaration")


def test_there_are_more_than_eighty_of_them():
    assert len(HOSTILE) == len(set(HOSTILE)) > 80


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_only_harmless_tags_and_addresses_are_left(text: str):
    for html in (
        showing.rich(text),
        showing.plain(text),
        showing.tree({"a": text, text[:99]: [1]}),
    ):
        if html is None:
            continue
        found = Found(html)
        allowed = TAGS if "details" not in html else TAGS | {"details", "summary"}
        assert set(found.tags) <= allowed
        for tag, name, value in found.attributes:
            assert (tag, name) in ATTRIBUTES or name in {"open", "class"}
            if name == "href":
                assert value.startswith(("https://", "http://", "mailto:"))
            if name == "src":
                assert value.startswith("data:image/")
            if name == "class":
                assert len(value) <= 10


def test_pictures_from_elsewhere_are_named_and_never_fetched():
    html = showing.rich("![a plan](https://evil.example/pixel.png)")
    assert "<img" not in html
    assert "image not loaded: a plan https://evil.example/pixel.png" in html


def test_turns_of_direction_are_made_visible():
    html = showing.plain("pay \u202e001 to Eve")
    assert html == 'pay <span class="control" title="right-to-left override">⟲</span>001 to Eve'

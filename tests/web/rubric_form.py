"""A browser's way with a form: read every field of it, change some, send."""

from __future__ import annotations

from html.parser import HTMLParser


class Fields(HTMLParser):
    """The names and values that a browser would send with a form, the one of that id."""

    def __init__(self, page: str, form: str) -> None:
        super().__init__()
        self.form = form
        self.values: dict[str, str] = {}
        self._inside = False
        self._textarea: str | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = attributes.get("id", "") == self.form or self.form in attributes
        elif not self._inside:
            return
        elif tag == "input" and attributes.get("type") != "submit":
            self._input(attributes)
        elif tag == "textarea":
            self._textarea = attributes["name"]
            self.values[self._textarea] = ""
        elif tag == "select":
            self._select = attributes["name"]
        elif tag == "option" and "selected" in attributes:
            self.values[self._select] = attributes["value"]

    def _input(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "checkbox":
            if "checked" in attributes:
                self.values[attributes["name"]] = attributes.get("value", "on")
        else:
            self.values[attributes["name"]] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._textarea:
            # HTML drops the line break that follows the tag; browsers send CR LF.
            text = self.values[self._textarea].removeprefix("\n")
            self.values[self._textarea] = text.replace("\n", "\r\n")
            self._textarea = None


def fields_of(page: str, form: str) -> dict[str, str]:
    """What a browser would send, unchanged, of the form with this id or attribute."""
    values = Fields(page, form).values
    values.pop("csrfmiddlewaretoken", None)
    return values

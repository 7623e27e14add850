"""The forms of a page, and what people send by them: nothing, nonsense, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile

# No letters of ours, so that what a refusal quotes is not taken for words of the product.
NONSENSE, BROKEN, TOO_LONG, TOO_MUCH = "ж", "\ufffd", "ж" * 20_001, "-" + "9" * 20
# Buttons of many rows are one button.
NUMBER = re.compile(r"\d+")
NOT_TYPED = {"hidden", "submit", "button", "image", "reset"}
CHOSEN = {"radio", "checkbox", "select"}

type Sent = dict[str, object]


@dataclass(slots=True)
class Field:
    """One input: its kind and what it would send as it stands, None where that is nothing."""

    name: str
    kind: str
    value: str | None


@dataclass(slots=True)
class Form:
    """Where it goes, what it holds, and the buttons that send it, each with an address or none."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.fields]

    def sent(self) -> Iterator[tuple[str, Sent]]:
        """Addresses and what goes there: as it stands by each button, and wrong in three ways.

        What only asks is not sent as it stands: that is the page itself.
        """
        presses = list({NUMBER.sub("", str(one)): one for one in self.buttons}.values())
        presses = presses or [("", "", "")]
        for name, value, action in presses if self.method == "post" else ():
            pressed: Sent = {name: value} if name else {}
            yield action or self.action, pressed | self._as_it_stands()
        name, value, action = presses[0]
        pressed = {name: value} if name else {}
        if any(one.kind not in NOT_TYPED for one in self.fields):
            yield action or self.action, pressed | self._wrong(NONSENSE, TOO_LONG, b"\xff")
            yield action or self.action, pressed | self._wrong(BROKEN, BROKEN, b"{}")
        if self.method == "post" and (said := [*self.names, *pressed]):
            yield action or self.action, dict.fromkeys(said, NONSENSE)

    def _as_it_stands(self) -> Sent:
        return {one.name: one.value for one in self.fields if one.value is not None}

    def _wrong(self, choice: str, text: str, file: bytes) -> Sent:
        """What people choose and type is wrong, what the page carries itself is right."""
        made: Sent = {}
        for one in self.fields:
            if one.kind in NOT_TYPED:
                made[one.name] = one.value or ""
            elif one.kind == "file":
                made[one.name] = SimpleUploadedFile(NONSENSE, file)
            elif one.kind == "number":
                made[one.name] = TOO_MUCH if text == TOO_LONG else choice
            else:
                made[one.name] = choice if one.kind in CHOSEN else text
        return made


class Forms(HTMLParser):
    """The forms of a page; what stands outside belongs to the one that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[Form] = []
        self.named: dict[str, Form] = {}
        self.strays: list[tuple[str, Field | tuple[str, str, str]]] = []
        self.here: Form | None = None
        self.choice: Field | None = None
        self.text: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.here = Form(said.get("action", ""), said.get("method", "get").lower())
            self.made.append(self.here)
            self.named[said.get("id", "")] = self.here
        elif tag == "option" and self.choice is not None:
            if self.choice.value is None or "selected" in said:
                self.choice.value = said.get("value", "")
        elif tag in {"input", "select", "textarea", "button"}:
            self._input(tag, said)

    def _input(self, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", "submit" if tag == "button" else "text")
        if tag == "button" or kind == "submit":
            if kind == "submit" and "disabled" not in said:
                pressed = said.get("name", ""), said.get("value", ""), said.get("formaction", "")
                self._put(said, pressed)
            return
        found = Field(said.get("name", ""), tag if tag != "input" else kind, None)
        if tag == "select":
            self.choice = found
        elif tag == "textarea":
            self.text, found.value = found, ""
        elif kind not in CHOSEN or "checked" in said:
            found.value = said.get("value", "on" if kind in CHOSEN else "")
        if kind == "file":
            found.value = None
        if found.name and found.name != "csrfmiddlewaretoken" and "disabled" not in said:
            self._put(said, found)

    def _put(self, said: dict[str, str], one: Field | tuple[str, str, str]) -> None:
        if "form" in said:
            self.strays.append((said["form"], one))
        elif self.here is not None:
            _add(self.here, one)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.here = None
        elif tag == "select":
            self.choice = None
        elif tag == "textarea" and self.text is not None:
            # The line that a browser takes away.
            self.text.value = (self.text.value or "").removeprefix("\n")
            self.text = None

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.value = (self.text.value or "") + data

    def close(self) -> None:
        super().close()
        for name, one in self.strays:
            if name in self.named:
                _add(self.named[name], one)


def _add(form: Form, one: Field | tuple[str, str, str]) -> None:
    if isinstance(one, Field):
        known = next((each for each in form.fields if each.name == one.name), None)
        if known is None:
            form.fields.append(one)
        elif one.value is not None:
            known.value = one.value
    else:
        form.buttons.append(one)

"""Finds in a template's source what English readers see and no translator is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

WORDS = re.compile(r"[A-Za-z]{2,}")
SAID = {"title", "aria-label", "placeholder", "alt", "data-label", "data-announce", "content"}
# Codes, keys and names of formats read the same in every language.
CODE = {"code", "kbd", "samp", "pre", "script", "style"}
# A name is a name in every language.
NAMES = re.compile(r"\b(?:RubricStudio|API|JSONL?|CSV|HTML|SHA-256|UTC|OpenAI|YAML|TOML)\b")
LITERAL = re.compile(r"""(_\()?("[^"]*"|'[^']*')""")
ARGUMENT = re.compile(r"""([\w-]+)=(_\()?("[^"]*"|'[^']*')""")
# Arguments of includes that no reader sees.
UNSEEN = {
    *("name", "icon", "kind", "current", "url", "id", "tone", "value", "state", "next", "target"),
    *("part", "shape", "at", "key", "tag", "type", "method", "data", "autocomplete", "size"),
}
PIECED = re.compile(r"\|\s*pluralize")
FILTERED = re.compile(r"""\|\s*(?:default|default_if_none|yesno|add|join)\s*:\s*("[^"]*")""")


class Seen(HTMLParser):
    """Text and spoken attributes, without what stands in elements of code."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_machine = given.get("name") in {"htmx-config", "viewport", "color-scheme"}
        self.said += [value for name, value in attrs if name in SAID and value and not is_machine]
        if tag in CODE:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(data)


def unmarked(source: str) -> list[str]:
    """Every text of a template that is not given to translators, in its order."""
    shadow, found, skipping = [], [], ""
    for token in Lexer(source).tokenize():
        word = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if skipping:
            skipping = "" if word == f"end{skipping}" else skipping
        elif word in {"comment", "blocktranslate"} or token.contents == "block page_class":
            skipping = word
            found += _pieces(token)
        elif token.token_type == TokenType.TEXT:
            shadow.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            found += _pieces(token)
            # What is put in counts as no word, and keeps those beside it apart.
            shadow.append("" if word else "0")
    seen = Seen()
    seen.feed("".join(shadow))
    seen.close()
    texts = [" ".join(text.split()) for text in seen.said]
    return [text for text in texts if WORDS.search(NAMES.sub("", text))] + found


def _pieces(token: Token) -> Iterator[str]:
    """Words that stand in the arguments of a tag or of filters."""
    text = token.contents
    if PIECED.search(text):
        yield text
    for literal in FILTERED.findall(text):
        if _is_said(literal):
            yield literal
    if text.startswith(("include ", "lone ")):
        for name, marked, literal in ARGUMENT.findall(text):
            if not marked and name not in UNSEEN and _is_said(literal):
                yield f"{name}={literal}"


def _is_said(literal: str) -> bool:
    text = NAMES.sub("", literal.strip("\"'"))
    return bool(WORDS.search(text)) and (" " in text.strip() or text[:1].isupper())


LITERAL_OF_SCRIPTS = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
SCRIPT_COMMENT = re.compile(r"(?m)(^|\s)//.*$")
# Selectors, addresses, names of keys and headers.
OF_MACHINES = re.compile(
    r"[\[\]#<>={}]|^\((?:min|max)-|^\.|^/|:not|^[\w-]+$|^(?:[a-z]\w*, )+[a-z]\w*$"
    r"|^[a-z-]+ [a-z]+-[a-z-]+$"
)


def unmarked_in_script(source: str) -> list[str]:
    """Every literal of a script that reads like a sentence and does not go through `gettext`."""
    text = SCRIPT_COMMENT.sub(r"\1", source)
    found = []
    for literal in LITERAL_OF_SCRIPTS.finditer(text):
        said = re.sub(r"\$\{[^}]*\}", "0", literal[0][1:-1])
        is_marked = text[: literal.start()].rstrip().endswith("gettext(") or _is_second(
            text, literal
        )
        if " " in said.strip() and WORDS.search(said) and not OF_MACHINES.search(said):
            found += [] if is_marked else [literal[0]]
    return found


def _is_second(text: str, literal: re.Match[str]) -> bool:
    """Whether it is the plural of `ngettext("one", "many", n)`."""
    return bool(re.search(r'ngettext\("[^"\n]*", $', text[: literal.start()]))

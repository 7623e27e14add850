"""Text of models and people as they meant it: Markdown, formulas, coloured code. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from labeling.language import gettext, gettext_noop
from labeling.showing.colours import coloured
from labeling.showing.formulas import DISPLAY, INLINE, formulas
from labeling.showing.markup import Markup, cleaned, is_image, is_link

# Longer texts are shown as they are: a page must not wait for them.
RICH_LENGTH = 30_000
# Headings of a text stand below those of the page.
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
# Characters that turn the reading direction round for all that follows.
_CONTROLS = {
    "\u202d": gettext_noop("left-to-right override"),
    "\u202e": gettext_noop("right-to-left override"),
}


def rich(text: str) -> Markup | None:
    """The text as HTML; None for one that is too long, which is then shown as plain text."""
    if len(text) > RICH_LENGTH:
        return None
    return cleaned(_with_controls(_MARKDOWN.render(text)))


def plain(text: str) -> Markup:
    """The text as it is, with hidden turns of direction made visible."""
    return cleaned(_with_controls(escape(text)))


def _with_controls(html: str) -> str:
    for sign, name in _CONTROLS.items():
        if sign in html:
            title = escape(gettext(name))
            html = html.replace(sign, f'<span class="control" title="{title}">⟲</span>')
    return html


def _is_address(url: str) -> bool:
    return is_link(url) or is_image(url)


def _image(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """An image that the text carries is shown; one from elsewhere is named, never fetched."""
    token = tokens[at]
    address, words = str(token.attrs.get("src", "")), escape(token.content)
    if is_image(address):
        return f'<img src="{address}" alt="{words}">'
    where = escape(address[:200])
    told = escape(gettext("image not loaded: %(words)s %(address)s"))
    return f'<span class="unloaded">{told % {"words": words, "address": where}}</span>'


def _inline(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """The formula's own text; the page's script sets it, and without one it can be read."""
    return f'<span class="math" data-math="inline">{escape(tokens[at].content)}</span>'


def _display(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<span class="math" data-math="display">{escape(tokens[at].content)}</span>'


def _fence(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    language = token.info.strip().split(maxsplit=1)[0] if token.info.strip() else ""
    return f'<pre class="code"><code>{coloured(token.content, language)}</code></pre>\n'


def _heading(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    slash = "/" if tokens[at].nesting < 0 else ""
    return f"<{slash}{_HEADINGS[tokens[at].tag]}>"


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    reader.enable(["table", "strikethrough"])
    formulas(reader)
    # Images keep any address, since none is fetched; the renderer decides what becomes of them.
    reader.validateLink = _is_address  # type: ignore[method-assign]
    rules: dict[str, Any] = {
        "image": _image,
        "fence": _fence,
        "heading_open": _heading,
        "heading_close": _heading,
        INLINE: _inline,
        DISPLAY: _display,
    }
    for name, rule in rules.items():
        reader.add_render_rule(name, rule)
    return reader


_MARKDOWN = _markdown()

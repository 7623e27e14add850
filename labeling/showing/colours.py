"""Code in colours, as spans with classes. Pure."""

from __future__ import annotations

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Readers of languages go over a text many times; a long one is shown without colours.
COLOURED_LENGTH = 10_000
# The languages that responses are written in; rarer ones are readable without colours.
LANGUAGES = {
    *("bash", "sh", "shell", "console", "c", "cpp", "c++", "csharp", "cs", "css", "diff", "go"),
    *("html", "http", "ini", "java", "javascript", "js", "json", "jsonc", "jsx", "kotlin", "lua"),
    *("makefile", "perl", "php", "python", "py", "r", "ruby", "rb", "rust", "rs", "scala", "sql"),
    *("swift", "toml", "ts", "tsx", "typescript", "xml", "yaml", "yml"),
}


def coloured(code: str, language: str) -> str:
    """The escaped code, with spans where the language is known and the code not too long."""
    name = language.casefold()
    if name not in LANGUAGES or len(code) > COLOURED_LENGTH:
        return escape(code)
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))

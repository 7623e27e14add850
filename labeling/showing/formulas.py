r"""Formulas in Markdown: `$x$`, `\(x\)` in a line; `$$x$$`, `\[x\]` set apart. Pure.

Own rules, since those at hand take quadratic time for many openings without an end: a text is shown
to somebody who waits. Here an opening whose end was looked for in vain is not looked for again.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

INLINE, DISPLAY = "formula_inline", "formula_display"
_PAIRS = (
    ("\\(", "\\)", INLINE),
    ("\\[", "\\]", DISPLAY),
    ("$$", "$$", DISPLAY),
    ("$", "$", INLINE),
)
_BLOCKS = {"$$": "$$", "\\[": "\\]"}


def formulas(reader: MarkdownIt) -> None:
    """Teach the reader formulas; its tokens are `formula_inline` and `formula_display`."""
    reader.inline.ruler.before("escape", "formula", _in_line)
    reader.block.ruler.before(
        "fence", "formula", _set_apart, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _in_line(state: StateInline, silent: bool) -> bool:
    text, at = state.src, state.pos
    if text[at] not in "\\$":
        return False
    for opening, closing, kind in _PAIRS:
        if not text.startswith(opening, at):
            continue
        start = at + len(opening)
        end = _end(state, closing, start)
        if end < 0 or not text[start:end].strip():
            continue
        if opening == "$" and not _is_dollar_formula(text, start, end):
            continue
        if not silent:
            state.push(kind, "", 0).content = text[start:end].strip()
        state.pos = end + len(closing)
        return True
    return False


def _end(state: StateInline, closing: str, start: int) -> int:
    """Where the formula ends, -1 when it does not; what is not ahead is remembered."""
    vain = state.env.setdefault("formula_vain", {})
    if vain.get(closing) is state.src:
        return -1
    end = state.src.find(closing, start, state.posMax)
    if end < 0:
        vain[closing] = state.src
    return end


def _is_dollar_formula(text: str, start: int, end: int) -> bool:
    """A price is no formula: no space inside the signs, no digit after them, one line."""
    inside = text[start:end]
    after = text[end + 1 : end + 2]
    return not (inside[0].isspace() or inside[-1].isspace() or "\n" in inside or after.isdigit())


def _set_apart(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    first = _text(state, line)
    opening = next((sign for sign in _BLOCKS if first.startswith(sign)), "")
    if not opening or state.is_code_block(line):
        return False
    closing = _BLOCKS[opening]
    end = _closing_line(state, line, last, first[len(opening) :], closing)
    if end is None:
        return False
    if not silent:
        lines = [first[len(opening) :], *(_text(state, at) for at in range(line + 1, end + 1))]
        token = state.push(DISPLAY, "", 0)
        token.content = "\n".join(lines).rstrip().removesuffix(closing).strip()
        token.block, token.map = True, [line, end + 1]
    state.line = end + 1
    return True


def _closing_line(state: StateBlock, line: int, last: int, rest: str, closing: str) -> int | None:
    """The line that the formula ends with; None when text follows it or there is none."""
    if closing in rest:
        return line if rest.rstrip().endswith(closing) and rest.count(closing) == 1 else None
    vain = state.env.setdefault("formula_block_vain", {})
    if vain.get(closing, last + 1) <= line:
        return None
    for at in range(line + 1, last):
        text = _text(state, at)
        if closing in text:
            return at if text.rstrip().endswith(closing) and text.count(closing) == 1 else None
        if state.sCount[at] < state.blkIndent and text:
            return None
    vain[closing] = line
    return None


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]

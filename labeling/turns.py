"""Messages as the transcript component shows them. Pure.

What a page must show at once is bounded: long conversations are cut into a beginning and an end
with a gap between, long texts into a beginning, and only so much of it is set as Markdown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labeling import showing
from labeling.formats.messages import TEXT_PARTS, text_of
from labeling.showing.markup import is_image

GIST = 120
# A conversation of more turns is shown without its middle, which comes when it is asked for.
WHOLE, HEAD, TAIL, MORE = 40, 12, 12, 40
# Characters of one text that are shown at once, however full the page is already; of one page; and
# of one page that are set as Markdown.
CUT, LEAST, PAGE, RICH = 60_000, 2_000, 240_000, 60_000
IMAGE_PARTS = ("image_url", "input_image")

type Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """Turns that are not on the page yet: `count` of them, the first `start` (from 0)."""

    start: int
    count: int


@dataclass(slots=True)
class Reading:
    """How a conversation is shown: `names` tell which model speaks, `expected` what it should do.

    `plain` shows texts to the letter; `page` and `rich` are what is left of the page's budgets.
    """

    names: bool = True
    plain: bool = False
    expected: Sequence[showing.Call] = ()
    page: int = PAGE
    rich: int = RICH
    compared: dict[int, showing.Comparison] = field(default_factory=dict)


def turns(
    messages: Iterable[Message],
    *,
    judged: bool = False,
    names: bool = True,
    reading: Reading | None = None,
    first: int = 0,
) -> list[dict[str, Any]]:
    """One turn a message; of a response the assistant's last one (else the last) is judged.

    Without `names` nothing tells which model speaks: only tools keep theirs. `first` is the place
    of the first message in its conversation.
    """
    reading = reading or Reading(names=names)
    placed = list(enumerate(messages, start=first))
    # From the end: what is judged comes first when the page's budget is short.
    shown = [_turn(message, at, reading) for at, message in reversed(placed)][::-1]
    if judged and shown:
        # A recorded conversation may end with the customer's thanks: nobody judges those.
        spoken = (turn for turn in reversed(shown) if turn["role"] == "assistant")
        next(spoken, shown[-1])["judged"] = True
    return shown


def conversation(
    messages: Sequence[Message], reading: Reading, *, judged: bool = False
) -> list[dict[str, Any] | Gap]:
    """What of a conversation a page shows at once: all of it, or a beginning, a gap and an end."""
    count = len(messages)
    if count <= WHOLE:
        return list(turns(messages, judged=judged, reading=reading))
    end = count - TAIL
    last = turns(messages[end:], judged=judged, reading=reading, first=end)
    return [*turns(messages[:HEAD], reading=reading), Gap(HEAD, end - HEAD), *last]


def between(
    messages: Sequence[Message], start: int, reading: Reading
) -> list[dict[str, Any] | Gap]:
    """The turns of a gap from `start` on, and the gap that is left after them."""
    end = len(messages) - TAIL
    last = min(start + MORE, end)
    shown = turns(messages[start:last], reading=reading, first=start)
    return [*shown, Gap(last, end - last)] if last < end else list(shown)


def rest_of(message: Message, start: int) -> tuple[showing.Markup, int, int]:
    """A long text's next characters from `start`, where they end, and how many there are in all."""
    text = text_of(message.get("content"))
    end = min(start + CUT, len(text))
    return showing.plain(text[start:end]), end, len(text)


def missing_calls(messages: Iterable[Message], reading: Reading) -> tuple[showing.Call, ...]:
    """Compare the calls made with the expected ones; what was expected and not called comes back.

    Afterwards turns made with this reading show each call beside what was expected of it.
    """
    if not reading.expected:
        return ()
    entries = [call for message in messages for call in message.get("tool_calls") or []]
    made = [(id(entry), call) for entry in entries if (call := showing.call_of(entry))]
    compared, missing = showing.compare([call for _, call in made], reading.expected)
    reading.compared = {at: one for (at, _), one in zip(made, compared, strict=True) if one}
    return missing


def pretty(value: object) -> str:
    """JSON to be read by people."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _turn(message: Message, at: int, reading: Reading) -> dict[str, Any]:
    role = message.get("role", "")
    is_tool = role in ("tool", "function")
    whole = text_of(message.get("content"))
    text = whole[: max(LEAST, min(CUT, reading.page))]
    reading.page -= len(text)
    is_rich = bool(text) and not (is_tool or reading.plain) and len(text) <= reading.rich
    html = showing.rich(text) if is_rich else None
    if html is not None:
        reading.rich -= len(text)
    return {
        "at": at,
        "role": role,
        "name": (message.get("name") or "") if reading.names or is_tool else "",
        "content": text,
        "shown": len(text),
        "whole": len(whole) if len(whole) > len(text) else 0,
        "html": html or showing.plain(text),
        "is_rich": html is not None,
        "tree": showing.tree(showing.read_json(whole)) if is_tool and not reading.plain else None,
        "images": _images(message.get("content")),
        "tool_calls": [_call(call, reading) for call in message.get("tool_calls") or []],
    }


def _images(content: object) -> list[dict[str, str]]:
    """Images among the parts of a message: shown when they are in it, named when elsewhere."""
    if not isinstance(content, list):
        return []
    parts = [part for part in content if part.get("type") not in TEXT_PARTS]
    return [_image(part) for part in parts]


def _image(part: Message) -> dict[str, str]:
    stated = part.get("image_url")
    address = stated.get("url") if isinstance(stated, Mapping) else stated
    if part.get("type") in IMAGE_PARTS and isinstance(address, str):
        return {"src": address if is_image(address) else "", "words": address[:200]}
    return {"src": "", "words": str(part.get("type", ""))[:200]}


def _call(call: Message, reading: Reading) -> dict[str, Any]:
    function = call.get("function")
    named = function if isinstance(function, Mapping) else call
    name, arguments = str(named.get("name", "")), named.get("arguments", {})
    shown: dict[str, Any] = {"name": name, "tree": None, "compared": reading.compared.get(id(call))}
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            # What a model wrote instead of JSON is shown as it is.
            return {**shown, "arguments": arguments[:CUT], "gist": arguments[:GIST]}
    if not reading.plain:
        shown["tree"] = showing.tree(arguments)
    gist = json.dumps(arguments, ensure_ascii=False)[:GIST]
    return {**shown, "arguments": pretty(arguments)[:CUT], "gist": gist}

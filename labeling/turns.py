"""Messages as the transcript component shows them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from labeling.formats.messages import text_of

GIST = 120


def turns(
    messages: Iterable[Mapping[str, Any]], *, judged: bool = False, names: bool = True
) -> list[dict[str, Any]]:
    """One turn a message; the last is the one under judgement when these are a response.

    Without `names` nothing tells which model speaks: only tools keep theirs.
    """
    shown = [_turn(message, names=names) for message in messages]
    if judged and shown:
        shown[-1]["judged"] = True
    return shown


def pretty(value: object) -> str:
    """JSON to be read by people."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _turn(message: Mapping[str, Any], *, names: bool) -> dict[str, Any]:
    role = message.get("role", "")
    named = names or role in ("tool", "function")
    return {
        "role": role,
        "name": (message.get("name") or "") if named else "",
        "content": text_of(message.get("content")),
        "tool_calls": [_call(call) for call in message.get("tool_calls") or []],
    }


def _call(call: Mapping[str, Any]) -> dict[str, str]:
    function = call.get("function")
    named = function if isinstance(function, Mapping) else call
    name, arguments = str(named.get("name", "")), named.get("arguments", {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            # What a model wrote instead of JSON is shown as it is.
            return {"name": name, "arguments": arguments, "gist": arguments[:GIST]}
    gist = json.dumps(arguments, ensure_ascii=False)[:GIST]
    return {"name": name, "arguments": pretty(arguments), "gist": gist}

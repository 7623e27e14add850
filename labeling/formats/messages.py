"""Chats as models take and give them: checked for shape, otherwise kept as they are."""

from __future__ import annotations

from typing import Any

from labeling.formats.fields import LineFields
from labeling.language import gettext, gettext_noop
from labeling.spec.fields import kind_of

# Values of files; over each turn of a conversation they are said in the reader's language.
ROLES = (
    *(gettext_noop("system"), gettext_noop("developer"), gettext_noop("user")),
    *(gettext_noop("assistant"), gettext_noop("tool"), gettext_noop("function")),
)
TEXT_PARTS = ("text", "input_text", "output_text")
MAX_MESSAGES = 10_000


def check_messages(fields: LineFields, key: str) -> list[dict[str, Any]]:
    """The messages of a line; what is wrong with each is noted at its place."""
    messages = fields.data.get(key)
    if not isinstance(messages, list):
        fields.problem(key, gettext("must be a list, not %(value)s") % {"value": kind_of(messages)})
        return []
    if not 0 < len(messages) <= MAX_MESSAGES:
        fields.problem(
            key,
            gettext("has %(count)s messages; 1 to %(limit)s are accepted")
            % {"count": f"{len(messages):,}", "limit": f"{MAX_MESSAGES:,}"},
        )
        return []
    for index, message in enumerate(messages):
        if fault := _message_fault(message):
            place, text = fault
            fields.problem(f"{key}[{index}]{place}", text)
    return messages


def last_answer(messages: list[dict[str, Any]]) -> str | None:
    """The text of the last assistant message; None when there is no such message."""
    for message in reversed(messages):
        if message.get("role") == "assistant":
            return text_of(message.get("content"))
    return None


def text_of(content: Any) -> str:
    """The words of a message: its text, or its text parts one after the other."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part.get("type") in TEXT_PARTS)
    return content or ""


def _message_fault(message: Any) -> tuple[str, str] | None:
    if not isinstance(message, dict):
        return "", gettext("must be an object, not %(value)s") % {"value": kind_of(message)}
    role = message.get("role")
    if role not in ROLES:
        shown = f"`{role[:40]}`" if isinstance(role, str) else kind_of(role)
        words = gettext("is %(shown)s; one of %(choices)s")
        return ".role", words % {"shown": shown, "choices": ", ".join(ROLES)}
    calls = message.get("tool_calls")
    if calls is not None and not _objects(calls):
        return ".tool_calls", gettext("must be a list of objects")
    return _content_fault(message.get("content"), role)


def _content_fault(content: Any, role: str) -> tuple[str, str] | None:
    if isinstance(content, str):
        return None
    if content is None:
        # A model may answer with tool calls alone; nobody else may say nothing.
        return None if role == "assistant" else (".content", gettext("is missing"))
    if not isinstance(content, list):
        words = gettext("must be a text, a list of parts or null, not %(value)s")
        return ".content", words % {"value": kind_of(content)}
    for index, part in enumerate(content):
        if not isinstance(part, dict) or not isinstance(part.get("type"), str):
            return f".content[{index}]", gettext("must be an object with a `type`")
        if part["type"] in TEXT_PARTS and not isinstance(part.get("text"), str):
            words = gettext("must be a text, not %(value)s")
            return f".content[{index}].text", words % {"value": kind_of(part.get("text"))}
    return None


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)

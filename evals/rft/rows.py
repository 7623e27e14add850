"""One item of the project as graders see it, and as one line of a dataset.

The fields of an item, all of them texts, the same here and while grading inside the product:

    id                id of the item
    group             its group; its id where it has none
    prompt_text       the messages as readable text (graders cannot address `messages`)
    reference         the reference answer; JSON text where it is no text; absent where none is
    reference_answer  the same, under the name that trainers use
    meta_KEY          each metadata entry; JSON text where it is no text

A dataset has a field only when every row has it: `shared_fields` says which these are. What an
item lacks is missing, never an empty text: a grader must fail on it, not find it in everything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from evals.rft import sentences
from evals.rft.checks import row_faults
from labeling.errors import DomainError
from labeling.strict_json import dumps

Message = Mapping[str, object]
_FIELD_KEY = re.compile(r"\w{1,64}", re.ASCII)
_MESSAGE_KEYS = ("content", "name", "tool_call_id", "tool_calls")
# Line ends to some readers although JSON allows them inside a text.
_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class RowRefused(DomainError):
    """The item cannot become a row; the sentence says why."""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """What an item brings to its row; nothing that experts wrote about responses."""

    id: str
    messages: Sequence[Message]
    group: str | None = None
    tools: Sequence[Mapping[str, object]] = ()
    reference: object = None
    metadata: Mapping[str, object] = field(default_factory=dict)


def item_fields(item: SourceItem) -> dict[str, str]:
    """The item's fields for graders, in product and dataset alike."""
    fields = {
        "id": item.id,
        "group": item.group or item.id,
        "prompt_text": prompt_text(item.messages),
    }
    if item.reference is not None:
        fields["reference"] = fields["reference_answer"] = _as_text(item.reference)
    for key, value in item.metadata.items():
        if _FIELD_KEY.fullmatch(key) and value is not None:
            fields[f"meta_{key}"] = _as_text(value)
    return fields


def shared_fields(items: Iterable[SourceItem]) -> frozenset[str]:
    """The fields that every one of these items has."""
    shared: frozenset[str] | None = None
    for item in items:
        found = frozenset(item_fields(item))
        shared = found if shared is None else shared & found
    return shared or frozenset()


def build_row(
    item: SourceItem, fields: AbstractSet[str], extra: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The item as a dataset row with exactly these fields; RowRefused with the reason."""
    known = item_fields(item)
    if lacking := sorted(fields - known.keys()):
        raise RowRefused(sentences.LACKING(fields=", ".join(lacking)))
    row: dict[str, object] = {"messages": [_message(each) for each in item.messages]}
    if item.tools:
        row["tools"] = [dict(tool) for tool in item.tools]
    row |= {name: known[name] for name in sorted(fields)} | dict(extra or {})
    if faults := row_faults(row):
        raise RowRefused("; ".join(dict.fromkeys(faults)))
    return row


def row_line(row: Mapping[str, object]) -> bytes:
    """One line of JSONL: keys in order, UTF-8, no character that could end the line early."""
    text = dumps(dict(row))
    for end, escaped in _LINE_ENDS.items():
        text = text.replace(end, escaped)
    return text.encode() + b"\n"


def prompt_text(messages: Sequence[Message]) -> str:
    """The conversation as text: a line with the role, then what was said."""
    return "\n\n".join(f"[{_role(each)}]\n{_said(each)}" for each in messages)


def _message(message: Message) -> dict[str, object]:
    kept = {key: message[key] for key in _MESSAGE_KEYS if message.get(key) is not None}
    return {"role": _role(message)} | kept


def _role(message: Message) -> str:
    """Reasoning models take developer messages where others take system messages."""
    role = str(message.get("role"))
    return "developer" if role == "system" else role


def _said(message: Message) -> str:
    content = message.get("content")
    blocks = content if isinstance(content, list) else [content]
    said = [_block_text(block) for block in blocks if block is not None]
    if calls := message.get("tool_calls"):
        said.append(f"tool calls: {dumps(calls)}")
    return "\n".join(said)


def _block_text(block: object) -> str:
    if isinstance(block, Mapping):
        return str(block["text"]) if "text" in block else f"[{block.get('type')}]"
    return str(block)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else dumps(value)

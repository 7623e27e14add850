"""What the trainers' documentation asks of a row and of a dataset, checked before it is written."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.rft import sentences
from evals.rft.split import VALID_ROWS_MAX, Split
from labeling.strict_json import dumps

ROWS_MAX: dict[Split, int] = {"train": 50_000, "valid": VALID_ROWS_MAX}
ROLES = frozenset({"developer", "user", "assistant", "tool"})
LAST_ROLES = frozenset({"user", "developer"})
BLOCKS = frozenset({"text", "image_url"})
CHAT_KEYS = frozenset({"messages", "tools"})
_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")

Row = Mapping[str, object]


def row_faults(row: Row) -> list[str]:
    """Every reason why this row cannot go into a dataset, in words."""
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        return [sentences.NO_MESSAGES()]
    faults = [fault for each in messages for fault in _message_faults(each)]
    last = messages[-1].get("role") if isinstance(messages[-1], Mapping) else None
    if last not in LAST_ROLES:
        faults.append(sentences.LAST_ROLE(role=last))
    faults += _tool_faults(row.get("tools", []))
    texts = [key for key, value in row.items() if key not in CHAT_KEYS and not _is_text(value)]
    return faults + [sentences.FIELD(field=key) for key in sorted(texts)]


@dataclass
class DatasetCheck:
    """Checks rows against each other as they are written; keeps two hashes a row, no texts."""

    keys: frozenset[str] | None = None
    rows: dict[Split, int] = field(default_factory=lambda: {"train": 0, "valid": 0})
    _split_of: dict[bytes, Split] = field(default_factory=dict)
    _ids: set[bytes] = field(default_factory=set)

    def add(self, split: Split, row: Row) -> list[str]:
        """Why this row may not join the dataset; without a fault it counts as joined."""
        prompt = _digest([row.get("messages"), row.get("tools")])
        faults = row_faults(row) + self._joint_faults(split, row, prompt)
        if not faults:
            self.keys = self._schema(row)
            self.rows[split] += 1
            self._split_of[prompt] = split
            self._ids.add(_digest(row.get("id")))
        return faults

    def warnings(self) -> list[str]:
        """What is allowed in a draft, but will stop a trainer."""
        empty = [split for split, count in self.rows.items() if not count]
        return [sentences.EMPTY(split=split) for split in empty]

    def _joint_faults(self, split: Split, row: Row, prompt: bytes) -> list[str]:
        faults = []
        if self.rows[split] >= ROWS_MAX[split]:
            faults.append(sentences.FULL(split=split, most=f"{ROWS_MAX[split]:,}"))
        if self.keys is not None and self._schema(row) != self.keys:
            odd = ", ".join(sorted(self.keys ^ self._schema(row)))
            faults.append(sentences.OTHER_FIELDS(fields=odd))
        if _digest(row.get("id")) in self._ids:
            faults.append(sentences.SAME_ID())
        if self._split_of.get(prompt, split) != split:
            faults.append(sentences.SAME_PROMPT(file=f"{self._split_of[prompt]}.jsonl"))
        return faults

    def _schema(self, row: Row) -> frozenset[str]:
        return frozenset(row) - {"tools"}


def _message_faults(message: object) -> list[str]:
    if not isinstance(message, Mapping):
        return [sentences.MESSAGE()]
    role, content = message.get("role"), message.get("content")
    faults = [] if role in ROLES else [sentences.ROLE(role=role)]
    if content is None and role == "assistant" and message.get("tool_calls"):
        return faults
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    return faults + [fault for block in blocks for fault in _block_faults(block)]


def _block_faults(block: object) -> list[str]:
    kind = block.get("type") if isinstance(block, Mapping) else None
    if not isinstance(block, Mapping) or kind not in BLOCKS:
        return [sentences.BLOCK(kind=kind)]
    if kind == "text" and not _is_text(block.get("text")):
        return [sentences.CONTENT()]
    return []


def _tool_faults(tools: object) -> list[str]:
    if not isinstance(tools, list):
        return [sentences.TOOLS()]
    faults = []
    for number, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, Mapping) else None
        name = function.get("name") if isinstance(function, Mapping) else None
        if not isinstance(name, str) or not _TOOL_NAME.fullmatch(name):
            faults.append(sentences.TOOL_NAME(number=number + 1))
    return faults


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _SURROGATE.search(value) is None


def _digest(value: object) -> bytes:
    return hashlib.sha256(dumps(value).encode("utf-8", "surrogatepass")).digest()

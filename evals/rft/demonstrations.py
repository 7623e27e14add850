"""Demonstrations: a prompt with the answer of an expert, as chat messages to learn from.

A row is `{"messages": [...], "tools"?: [...]}`, what OpenAI's supervised fine-tuning reads: the
turns of the prompt, then the answer as the assistant's. Nothing else may stand in it.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from evals.rft import sentences
from evals.rft.rows import SourceItem, build_row
from evals.rft.split import Split
from labeling.strict_json import dumps

TARGET = "demonstrations"
# OpenAI refuses a file of fewer examples to train on.
ROWS_MIN = 10


def file_name(split: Split) -> str:
    """The file of a split; rows of both targets lie in one release."""
    return f"demonstrations_{split}.jsonl"


def build_demonstration(item: SourceItem, answer: str) -> dict[str, object]:
    """The row of one answer. Raises RowRefused where the prompt cannot become a row.

    Roles stay as they are: what is trained here also takes system messages.
    """
    row = build_row(item, frozenset())
    turns = [dict(told) | {"role": told.get("role")} for told in item.messages]
    made = row["messages"]
    assert isinstance(made, list)
    kept = [one | {"role": turn["role"]} for one, turn in zip(made, turns, strict=True)]
    return row | {"messages": [*kept, {"role": "assistant", "content": answer}]}


@dataclass
class DemonstrationCheck:
    """Checks rows against each other as they are written; keeps two hashes a row, no texts."""

    rows: Counter[str] = field(default_factory=Counter)
    _split_of: dict[bytes, Split] = field(default_factory=dict)
    _seen: set[bytes] = field(default_factory=set)

    def add(self, split: Split, row: dict[str, object]) -> str:
        """Why this row may not join the files; without a fault it counts as joined."""
        messages = row["messages"]
        assert isinstance(messages, list)
        prompt, whole = _digest([messages[:-1], row.get("tools")]), _digest(row)
        if self._split_of.get(prompt, split) != split:
            return sentences.SAME_PROMPT(file=file_name(self._split_of[prompt]))
        if whole in self._seen:
            return sentences.SAME_ANSWER()
        self._split_of[prompt] = split
        self._seen.add(whole)
        self.rows[split] += 1
        return ""

    def warnings(self) -> list[str]:
        """What is allowed in a draft, but will stop a trainer."""
        count = self.rows["train"]
        if count >= ROWS_MIN:
            return []
        return [sentences.FEW_ROWS(file=file_name("train"), n=count, least=ROWS_MIN)]


def _digest(value: object) -> bytes:
    return hashlib.sha256(dumps(value).encode("utf-8", "surrogatepass")).digest()

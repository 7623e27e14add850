"""One line of items.jsonl, or of a foreign format that has an item and its rubric on a line."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from labeling.errors import Problem, Problems
from labeling.formats.canonical import canonical
from labeling.formats.fields import LineFields
from labeling.formats.messages import check_messages
from labeling.language import gettext
from labeling.rubric_formats import line_format, of_item, read_line
from labeling.spec import RubricSpec, parse_criteria, publishing_problems, to_json
from labeling.spec.fields import kind_of

KEYS = ("id", "messages", "prompt", "tools", "reference", "group", "rubric", "tags", "metadata")
MAX_TAGS = 100


class ItemLine(NamedTuple):
    """An item as it goes to the database: JSON columns as canonical texts."""

    external_id: str
    group_key: str
    messages: str
    tools: str | None
    reference: str | None
    tags: str
    metadata: str
    rubric: str | None
    content_hash: str


def read_item(data: dict[str, Any], problems: list[Problem]) -> ItemLine | None:
    """The item on a line, or None when `problems` has grown."""
    before = len(problems)
    spec = None
    if form := line_format(data):
        try:
            data, spec = read_line(data, form)
        except Problems as error:
            problems += error.problems
            return None
    fields = LineFields(data, problems)
    fields.expect_only(KEYS)
    external_id = fields.identifier("id")
    group = fields.identifier("group", required=False) or external_id
    messages = _read_messages(fields)
    tools = data.get("tools")
    if tools is not None and not _is_list_of(dict, tools):
        fields.problem("tools", gettext("must be a list of objects"))
    tags, metadata = _read_tags(fields), fields.mapping("metadata") or {}
    rubric = _rubric(fields, spec or _read_rubric(fields, external_id))
    if len(problems) > before:
        return None
    texts = {
        "group": canonical(group),
        "messages": canonical(messages),
        "metadata": canonical(metadata),
        "reference": canonical(data.get("reference")),
        "rubric": canonical(rubric),
        "tags": canonical(tags),
        "tools": canonical(tools),
    }
    return _line(external_id, group, texts, _array(tags))


def _line(external_id: str, group: str, texts: dict[str, str], tags: str) -> ItemLine:
    # Canonical JSON of the whole content, put together from parts that are written only once.
    content = ",".join(f'"{key}":{text}' for key, text in texts.items())
    return ItemLine(
        external_id,
        group,
        texts["messages"],
        _or_null(texts["tools"]),
        _or_null(texts["reference"]),
        tags,
        texts["metadata"],
        _or_null(texts["rubric"]),
        hashlib.sha256(f"{{{content}}}".encode()).hexdigest(),
    )


def _array(texts: list[str]) -> str:
    """PostgreSQL's way to write a list of texts."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def _or_null(text: str) -> str | None:
    return None if text == "null" else text


def _read_rubric(fields: LineFields, external_id: str) -> RubricSpec | None:
    """The item's own criteria as a whole rubric."""
    if fields.data.get("rubric") is None:
        return None
    try:
        criteria = parse_criteria(fields.data["rubric"], where="rubric")
    except Problems as error:
        fields.problems += error.problems
        return None
    return RubricSpec(of_item(external_id), criteria=criteria)


def _rubric(fields: LineFields, spec: RubricSpec | None) -> dict[str, object] | None:
    """The rubric as it is kept, which must be fit to be published."""
    if spec is None:
        return None
    for fault in publishing_problems(spec):
        fields.problem(fault.where.replace("criteria", "rubric", 1), fault.message)
    return to_json(spec)


def _read_messages(fields: LineFields) -> list[dict[str, Any]]:
    prompt, messages = fields.data.get("prompt"), fields.data.get("messages")
    if (prompt is None) == (messages is None):
        fields.problem("messages", gettext("give either `messages` or `prompt`"))
        return []
    if messages is not None:
        return check_messages(fields, "messages")
    if not isinstance(prompt, str):
        fields.problem(
            "prompt", gettext("must be a text, not %(value)s") % {"value": kind_of(prompt)}
        )
    elif not prompt.strip():
        fields.problem("prompt", gettext("is empty"))
    return [{"role": "user", "content": prompt}]


def _read_tags(fields: LineFields) -> list[str]:
    tags: Any = fields.data.get("tags")
    if tags is None:
        return []
    if not _is_list_of(str, tags) or len(tags) > MAX_TAGS or any(len(t) > 200 for t in tags):
        message = gettext("must be a list of at most %(limit)s texts of at most 200 characters")
        message %= {"limit": MAX_TAGS}
        fields.problem("tags", message)
        return []
    return tags


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, kind) for entry in value)

"""One line of responses.jsonl."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, NamedTuple

from labeling.errors import Problem
from labeling.formats.canonical import canonical
from labeling.formats.fields import LineFields
from labeling.formats.messages import check_messages, last_answer
from labeling.language import gettext, joined
from labeling.spec.fields import kind_of
from labeling.strict_json import dumps

KEYS = (
    *("id", "item_id", "generator", "index", "output", "messages", "withheld"),
    *("metadata", "tokens", "cost", "latency_ms"),
)
GENERATOR_KEYS = ("name", "kind", "provider", "params")
KINDS = ("model", "expert", "probe")
NAME_LENGTH = 200
WITHHELD_LENGTH = 2_000


class GeneratorRef(NamedTuple):
    """Who wrote a response; kind and provider are None where the line does not say."""

    name: str
    kind: str | None
    provider: str | None
    params: str
    params_hash: str


class ResponseLine(NamedTuple):
    """A response as it goes to the database: JSON columns as canonical texts."""

    external_id: str | None
    item_id: str
    generator: GeneratorRef
    position: int | None
    messages: str | None
    output: str | None
    withheld: str | None
    metadata: str
    tokens: int | None
    cost: Decimal | None
    latency_ms: int | None
    content_hash: str


def read_response(data: dict[str, Any], problems: list[Problem]) -> ResponseLine | None:
    """The response on a line, or None when `problems` has grown."""
    before = len(problems)
    fields = LineFields(data, problems)
    fields.expect_only(KEYS)
    external_id = fields.identifier("id", required=False) or None
    item_id = fields.identifier("item_id")
    generator = read_generator(fields)
    index = fields.whole("index", most=1_000_000)
    messages, withheld = _read_answer(fields)
    numbers = (
        fields.whole("tokens"),
        fields.amount("cost", most=999_999, decimals=8),
        fields.whole("latency_ms"),
    )
    metadata = fields.mapping("metadata") or {}
    if generator is None or len(problems) > before:
        return None
    chat = None if messages is None else canonical(messages)
    kept = canonical(metadata)
    identity = dumps([item_id, generator.name, generator.params, withheld, *numbers])
    content = f"[{identity},{kept},{chat or 'null'}]"
    return ResponseLine(
        external_id,
        item_id,
        generator,
        index,
        chat,
        None if messages is None else last_answer(messages),
        withheld,
        kept,
        *numbers,
        hashlib.sha256(content.encode()).hexdigest(),
    )


def read_generator(fields: LineFields) -> GeneratorRef | None:
    """`"name"`, or an object that says more."""
    value = fields.data.get("generator")
    if isinstance(value, str) or value is None:
        name = fields.identifier("generator", length=NAME_LENGTH)
        return _generator(name, None, None, {}) if name else None
    if not isinstance(value, dict):
        fields.problem(
            "generator",
            gettext("must be a text or an object, not %(value)s") % {"value": kind_of(value)},
        )
        return None
    inner: list[Problem] = []
    made = _read_object(LineFields(value, inner))
    fields.problems += [Problem(f"generator.{fault.where}", fault.message) for fault in inner]
    return made


def _read_object(fields: LineFields) -> GeneratorRef | None:
    fields.expect_only(GENERATOR_KEYS)
    name = fields.identifier("name", length=NAME_LENGTH)
    kind = fields.data.get("kind")
    if kind is not None and kind not in KINDS:
        shown = f"`{kind[:40]}`" if isinstance(kind, str) else kind_of(kind)
        fields.problem(
            "kind",
            gettext("is %(shown)s; one of %(choices)s")
            % {"shown": shown, "choices": ", ".join(KINDS)},
        )
        kind = None
    provider = fields.identifier("provider", required=False, length=NAME_LENGTH) or None
    params = fields.mapping("params") or {}
    return _generator(name, kind, provider, params) if name else None


def _generator(
    name: str, kind: str | None, provider: str | None, params: dict[str, object]
) -> GeneratorRef:
    text = dumps(params)
    return GeneratorRef(name, kind, provider, text, hashlib.sha256(text.encode()).hexdigest())


def _read_answer(fields: LineFields) -> tuple[list[dict[str, Any]] | None, str | None]:
    """The messages of the answer, or the reason why they are absent."""
    data = fields.data
    given = [key for key in ("output", "messages", "withheld") if data.get(key) is not None]
    if len(given) != 1:
        found = joined(gettext(" and "), (f"`{key}`" for key in given))
        found = found or gettext("none of them")
        message = gettext(
            "give exactly one of `output`, `messages` and `withheld`; here is %(found)s"
        )
        fields.problem(given[-1] if given else "output", message % {"found": found})
        return None, None
    if given == ["withheld"]:
        withheld = fields.passage("withheld", WITHHELD_LENGTH)
        if withheld is not None and not withheld.strip():
            fields.problem("withheld", gettext("is empty; say why the text is absent"))
        return None, withheld
    if given == ["messages"]:
        return _read_chat(fields), None
    if not isinstance(data["output"], str):
        fields.problem(
            "output",
            gettext("must be a text or null, not %(value)s") % {"value": kind_of(data["output"])},
        )
    return [{"role": "assistant", "content": data["output"]}], None


def _read_chat(fields: LineFields) -> list[dict[str, Any]]:
    before = len(fields.problems)
    messages = check_messages(fields, "messages")
    if len(fields.problems) == before and last_answer(messages) is None:
        fields.problem(
            "messages", gettext("holds no message of the assistant, so nothing to judge")
        )
    return messages

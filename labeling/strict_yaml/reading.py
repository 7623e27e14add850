"""Reading one YAML text, event by event: no depth of nesting runs out of stack."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from labeling.language import gettext as _
from labeling.strict_json.reading import MAX_DEPTH, InvalidJson, text_of
from labeling.strict_yaml.scalars import plain

# With its aliases written out: what a rubric of ten thousand criteria needs many times over.
MAX_NODES = 1_000_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_END = object()


class InvalidYaml(InvalidJson):
    """A text that is not YAML, or says what JSON cannot."""


@dataclass(slots=True)
class _Open:
    """A list or an object under way; `key` is the one whose value comes next."""

    value: list[object] | dict[str, object]
    anchor: str | None
    before: int
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Puts events together; `nodes` counts every value, those behind aliases again."""

    max_depth: int
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[object, int]] = field(default_factory=dict)
    nodes: int = 0
    root: object = _END

    def take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent) and self.root is not _END:
            raise _at(event, _("a second document begins here; one was expected"))
        if isinstance(event, ScalarEvent):
            self._count(event, 1)
            value = self._scalar(event)
            self._keep(event.anchor, value, 1)
            self._place(event, value)
        elif isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._open(event)
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            done = self.stack.pop()
            self._keep(done.anchor, done.value, self.nodes - done.before)
            self._place(event, done.value)
        elif isinstance(event, AliasEvent):
            self._alias(event)

    def _open(self, event: SequenceStartEvent | MappingStartEvent) -> None:
        if event.tag not in (None, "!"):
            raise _at(event, _("tags such as %(tag)s are not read here") % {"tag": event.tag})
        if len(self.stack) >= self.max_depth:
            raise _at(
                event, _("nested deeper than %(max_depth)s levels") % {"max_depth": self.max_depth}
            )
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise _at(event, _("a key must be a text, not a list or an object"))
        value: list[object] | dict[str, object] = (
            [] if isinstance(event, SequenceStartEvent) else {}
        )
        self.stack.append(_Open(value, event.anchor, self.nodes))
        self._count(event, 1)

    def _scalar(self, event: ScalarEvent) -> object:
        if event.tag not in (None, "!"):
            raise _at(event, _("tags such as %(tag)s are not read here") % {"tag": event.tag})
        text = event.value
        if _UNKEPT.search(text):
            raise _at(event, _("holds a NUL or half of a surrogate pair, which cannot be stored"))
        if not event.implicit[0]:
            return text
        try:
            return plain(text)
        except ValueError as error:
            raise _at(event, str(error)) from None

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor not in self.anchors:
            opened = any(one.anchor == event.anchor for one in self.stack)
            message = (
                _("the alias *%(name)s refers to what it stands in")
                if opened
                else _("the alias *%(name)s refers to nothing before it")
            )
            raise _at(event, message % {"name": event.anchor})
        value, size = self.anchors[event.anchor]
        self._count(event, size)
        self._place(event, value)

    def _place(self, event: Event, value: object) -> None:
        if not self.stack:
            self.root = value
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is None:
            parent.key = self._key(event, value, parent.value)
        else:
            parent.value[parent.key] = value
            parent.key = None

    def _key(self, event: Event, value: object, taken: dict[str, object]) -> str:
        if not isinstance(value, str):
            raise _at(event, _("a key must be a text; put it in quotes"))
        if value == "<<" and isinstance(event, ScalarEvent) and event.implicit[0]:
            raise _at(event, _("merge keys (<<) are not read here; repeat the fields"))
        if value in taken:
            shown = value if len(value) <= 60 else value[:60] + "…"
            raise _at(event, _("the key `%(shown)s` stands twice in one object") % {"shown": shown})
        return value

    def _keep(self, anchor: str | None, value: object, size: int) -> None:
        if anchor:
            self.anchors[anchor] = value, size

    def _count(self, event: Event, size: int) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            raise _at(
                event,
                _("with its aliases written out it has over %(limit)s values")
                % {"limit": f"{MAX_NODES:,}"},
            )


def loads(data: bytes | str, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> object:
    """The value written in `data`; raises InvalidYaml (or InvalidJson for its bytes) otherwise."""
    text = text_of(data, max_bytes=max_bytes)
    builder = _Builder(max_depth)
    for event in _events(text):
        builder.take(event)
    if builder.root is _END:
        raise InvalidYaml(_("there is nothing here; a value was expected"))
    return builder.root


def _events(text: str) -> Iterator[Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = {} if mark is None else {"line": mark.line + 1, "column": mark.column + 1}
        raise InvalidYaml(_words(error), **place) from None
    except yaml.YAMLError as error:
        raise InvalidYaml(_not_yaml(str(error).splitlines()[0])) from None


def _words(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return _not_yaml(", ".join(parts))


def _not_yaml(why: str) -> str:
    return _("this is not YAML: %(why)s") % {"why": why}


def _at(event: Event, message: str) -> InvalidYaml:
    mark = event.start_mark
    if mark is None:
        return InvalidYaml(message)
    return InvalidYaml(message, line=mark.line + 1, column=mark.column + 1)

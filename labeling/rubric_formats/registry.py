"""Every format there is: which one a document is of, and the ways in and out."""

from __future__ import annotations

from collections.abc import Iterable

from labeling.errors import DomainError, Problem, Problems
from labeling.language import gettext as _
from labeling.rubric_formats import (
    autorubric,
    biggen,
    healthbench,
    ours,
    paperbench,
    promptfoo,
    rubrics_as_rewards,
    verifiers,
)
from labeling.rubric_formats import losses as comparing
from labeling.rubric_formats.base import Format, ItemRubric, Json, Read, objects
from labeling.spec import RubricSpec
from labeling.spec.fields import kind_of

FORMATS: tuple[Format, ...] = (
    ours.JSON,
    ours.YAML,
    healthbench.FORMAT,
    rubrics_as_rewards.FORMAT,
    autorubric.FORMAT,
    paperbench.FORMAT,
    verifiers.FORMAT,
    promptfoo.FORMAT,
    biggen.FORMAT,
)
TITLE = "Imported rubric"
_KEYS_SHOWN = 8


class UnknownFormat(DomainError):
    """A document that is of no format known here, or of several at once."""

    def __init__(self, message: str, candidates: Iterable[Format] = ()) -> None:
        self.candidates = tuple(candidates)
        super().__init__(message)


def format_of(slug: str) -> Format:
    """The format of this name."""
    found = next((each for each in FORMATS if each.slug == slug), None)
    if found is None:
        known = ", ".join(each.slug for each in FORMATS)
        raise UnknownFormat(
            _("`%(slug)s` is no format known here; there are %(known)s.")
            % {"slug": slug[:60], "known": known}
        )
    return found


def candidates(data: object) -> list[Format]:
    """Every format that the document has the shape of."""
    return [each for each in FORMATS if each.recognises(data)]


def detect(data: object) -> Format:
    """The one format that the document has the shape of."""
    found = candidates(data)
    if len(found) == 1:
        return found[0]
    if found:
        names = _(" or ").join(_(each.title) for each in found)
        raise UnknownFormat(
            _("This could be %(names)s: choose which of them it is.") % {"names": names}, found
        )
    if isinstance(data, dict) and ours.is_half(data):
        return ours.JSON
    raise UnknownFormat(f"{_described(data)} {_no_known()}")


def read(data: object, form: Format | str | None = None, *, title: str = TITLE) -> Read:
    """The rubric in the document, or the rubrics of its items; Problems with every fault in it."""
    return _form(form or detect(data)).read(data, title)


def read_one(data: object, form: Format | str | None = None, *, title: str = TITLE) -> RubricSpec:
    """The rubric in the document, also if it is that of a single item."""
    found = read(data, form, title=title)
    if isinstance(found, RubricSpec):
        return found
    if len(found) == 1:
        return found[0].spec
    message = _(
        "holds the rubrics of %(count)s items, not one rubric; import them as items, "
        "or beside items that are there already"
    ) % {"count": f"{len(found):,}"}
    raise Problems([Problem("", message)])


def write(spec: RubricSpec, form: Format | str) -> object:
    """The rubric in another format, or Problems saying why it cannot be put so."""
    found = _form(form)
    if refused := found.refuses(spec):
        raise Problems(
            refused, _("This rubric cannot be written as %(format)s.") % {"format": _(found.title)}
        )
    return found.write(spec)


def write_items(rubrics: Iterable[ItemRubric], form: Format | str) -> Iterable[Json]:
    """One line for each item's rubric, for formats that have lines."""
    found = _form(form)
    if found.lines is None:
        raise UnknownFormat(
            _("%(format)s has no lines for single items.") % {"format": _(found.title)}
        )
    for one in rubrics:
        if refused := found.refuses(one.spec):
            problems = [
                Problem(f"{one.item['id']}: {each.where}", each.message) for each in refused
            ]
            raise Problems(
                problems,
                _("These rubrics cannot be written as %(format)s.") % {"format": _(found.title)},
            )
        yield found.lines.write(one)


def losses(spec: RubricSpec, form: Format | str) -> list[Problem]:
    """What the format cannot carry of this rubric, each as a sentence about one field."""
    return comparing.losses(spec, _form(form))


def same_reward(spec: RubricSpec, form: Format | str) -> bool:
    """Whether the rubric pays the same after writing it so and reading it back."""
    return comparing.same_reward(spec, _form(form))


def line_format(line: Json) -> Format | None:
    """The foreign format that a line of items is of; None for a line of ours or of none."""
    if "rubric" not in line and "rubrics" not in line:
        return None
    for each in FORMATS:
        if each.lines and each.slug != ours.SLUG and each.lines.recognises(line):
            return each
    return None


def read_line(line: Json, form: Format) -> ItemRubric:
    """The item on a line with its rubric, or Problems."""
    if form.lines is None:
        raise UnknownFormat(
            _("%(format)s has no lines for single items.") % {"format": _(form.title)}
        )
    return form.lines.read(line)


def _form(form: Format | str) -> Format:
    return form if isinstance(form, Format) else format_of(form)


def _described(data: object) -> str:
    entries = objects(data)
    if isinstance(data, dict) or entries:
        keys = list(data if isinstance(data, dict) else entries[0] if entries else {})
        shown = ", ".join(f"`{key[:40]}`" for key in keys[:_KEYS_SHOWN])
        more = " …" if len(keys) > _KEYS_SHOWN else ""
        words = _("It is a list of objects with the keys %(keys)s.")
        if isinstance(data, dict):
            words = _("It is an object with the keys %(keys)s.")
        return words % {"keys": f"{shown}{more}"}
    if data == []:
        return _("It is an empty list.")
    return _("It is %(kind)s.") % {"kind": kind_of(data)}


def _no_known() -> str:
    known = ", ".join(_(each.title) for each in FORMATS)
    return _("This is no rubric in a format known here: %(known)s.") % {"known": known}

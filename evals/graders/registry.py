"""From grader JSON to a grader that runs, and from text to the list of everything wrong in it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping

from evals.graders.base import Grader
from evals.graders.shapes import shape_problems
from evals.graders.string_check import SPELLINGS, StringCheck
from evals.graders.template import Template, compile_template
from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.strict_json.writing import dumps


def parse_grader(spec: object) -> Grader:
    """The grader this JSON describes; Problems with the JSON path of every fault."""
    problems = shape_problems(spec)
    if problems or not isinstance(spec, Mapping):
        raise Problems(problems, _("This grader cannot be read."))
    build = _RUNNABLE.get(str(spec["type"]))
    if build is None:
        kind = spec["type"]
        raise Problems(
            [Problem("type", _("graders of type %(kind)s cannot be run yet") % {"kind": kind})]
        )
    return build(spec)


def validate_grader(spec: object) -> None:
    """Check the shape of any documented kind, runnable here or not; Problems when unsound."""
    if problems := shape_problems(spec):
        raise Problems(problems, _("This grader cannot be read."))


def is_runnable(spec: object) -> bool:
    """Whether `parse_grader` would give a grader."""
    return not shape_problems(spec) and isinstance(spec, Mapping) and spec["type"] in _RUNNABLE


def item_fields_used(spec: object) -> frozenset[str]:
    """The item fields that the templates of a sound grader read, nested ones included."""
    if isinstance(spec, str):
        return compile_template(spec).item_fields()
    if isinstance(spec, list):
        return _fields_of(spec)
    if not isinstance(spec, Mapping):
        return frozenset()
    if isinstance(graders := spec.get("graders"), Mapping):
        return _fields_of(graders.values())
    return _fields_of(spec[key] for key in _TEMPLATED if key in spec)


def _fields_of(specs: Iterable[object]) -> frozenset[str]:
    return frozenset().union(*(item_fields_used(each) for each in specs))


def canonical_spec(spec: Mapping[str, object]) -> dict[str, object]:
    """The spec as stored and exported: spellings settled, keys in order."""
    settled = dict(sorted(spec.items()))
    if settled.get("operation") in SPELLINGS:
        settled["operation"] = SPELLINGS[str(settled["operation"])]
    return settled


def spec_hash(spec: Mapping[str, object]) -> str:
    """sha256 of the canonical spec: the same grader written twice is one grader."""
    return hashlib.sha256(dumps(canonical_spec(spec)).encode()).hexdigest()


def _string_check(spec: Mapping[str, object]) -> Grader:
    settled = canonical_spec(spec)
    return StringCheck(
        name=str(settled["name"]),
        input=_template(settled["input"]),
        reference=_template(settled["reference"]),
        operation=str(settled["operation"]),
    )


def _template(text: object) -> Template:
    return compile_template(str(text))


_RUNNABLE: dict[str, Callable[[Mapping[str, object]], Grader]] = {"string_check": _string_check}
_TEMPLATED = ("input", "reference", "content", "text")

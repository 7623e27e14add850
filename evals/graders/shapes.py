"""The shape of every grader kind: required keys, their types, templates that compile.

Each check takes the object and the JSON path it stands at, and lists every fault.
"""

import math
import re
from collections.abc import Callable, Mapping

from evals.graders.formula import FUNCTIONS
from evals.graders.proof import formula_faults
from evals.graders.string_check import OPERATIONS, SPELLINGS
from evals.graders.template import TemplateError, compile_template
from labeling.errors import Problem
from labeling.language import gettext as _

Spec = Mapping[str, object]
Shape = Callable[[Spec, str], list[Problem]]
SIMILARITY_METRICS = frozenset(
    {"fuzzy_match", "bleu", "gleu", "meteor", "cosine", "rouge_l"}
    | {f"rouge_{n}" for n in range(1, 6)}
)
ROLES = frozenset({"user", "assistant", "system", "developer"})
MAX_SOURCE_BYTES = 256_000
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def shape_problems(spec: object, where: str = "") -> list[Problem]:
    """Every fault in the shape of a grader, nested ones included; empty when it is sound."""
    if not isinstance(spec, Mapping):
        return [Problem(where, _("A grader is a JSON object."))]
    kind = spec.get("type")
    if not isinstance(kind, str) or kind not in SHAPES:
        return [
            Problem(
                _at(where, "type"),
                _("Expected one of %(choices)s.") % {"choices": ", ".join(sorted(SHAPES))},
            )
        ]
    return _text_problems(spec, "name", where) + SHAPES[kind](spec, where)


def _string_check(spec: Spec, where: str) -> list[Problem]:
    problems = _template_problems(spec, "input", where)
    problems += _template_problems(spec, "reference", where)
    operation = spec.get("operation")
    if not isinstance(operation, str) or operation not in OPERATIONS | SPELLINGS:
        known = ", ".join(OPERATIONS)
        problems.append(
            Problem(_at(where, "operation"), _("Expected one of %(known)s.") % {"known": known})
        )
    return problems


def _text_similarity(spec: Spec, where: str) -> list[Problem]:
    problems = _template_problems(spec, "input", where)
    problems += _template_problems(spec, "reference", where)
    metric = spec.get("evaluation_metric")
    if not isinstance(metric, str) or metric not in SIMILARITY_METRICS:
        known = ", ".join(sorted(SIMILARITY_METRICS))
        problems.append(
            Problem(
                _at(where, "evaluation_metric"),
                _("Expected one of %(known)s.") % {"known": known},
            )
        )
    return problems


def _python(spec: Spec, where: str) -> list[Problem]:
    problems = _text_problems(spec, "source", where)
    if not problems and len(str(spec["source"]).encode()) >= MAX_SOURCE_BYTES:
        problems.append(Problem(_at(where, "source"), _("The source must be under 256 kB.")))
    return problems


def _score_model(spec: Spec, where: str) -> list[Problem]:
    problems = _text_problems(spec, "model", where) + _message_problems(spec, where)
    if "range" in spec and not _is_range(spec["range"]):
        problems.append(Problem(_at(where, "range"), _("Expected two finite numbers, low < high.")))
    return problems


def _label_model(spec: Spec, where: str) -> list[Problem]:
    problems = _text_problems(spec, "model", where) + _message_problems(spec, where)
    labels, passing = spec.get("labels"), spec.get("passing_labels")
    if not _are_texts(labels):
        problems.append(Problem(_at(where, "labels"), _("Expected a list of texts.")))
    elif not _are_texts(passing) or not set(passing) <= set(labels):  # type: ignore[call-overload]
        problems.append(Problem(_at(where, "passing_labels"), _("Expected some of the labels.")))
    return problems


def _multi(spec: Spec, where: str) -> list[Problem]:
    graders, path = spec.get("graders"), _at(where, "graders")
    if not isinstance(graders, Mapping) or not graders:
        return [Problem(path, _("Expected an object: key -> grader."))]
    problems = [problem for key in graders for problem in _part(key, graders[key], path)]
    if (name := _repeated_name(graders)) is not None:
        problems.append(
            Problem(path, _("Two graders are named %(name)s; names must differ.") % {"name": name})
        )
    formula = spec.get("calculate_output")
    faults = (
        formula_faults(formula, [str(key) for key in graders])
        if isinstance(formula, str)
        else [_("Expected a formula.")]
    )
    return problems + [Problem(_at(where, "calculate_output"), fault) for fault in faults]


def _part(key: object, spec: object, path: str) -> list[Problem]:
    where = _at(path, str(key))
    if not isinstance(key, str) or not _KEY.fullmatch(key) or key in FUNCTIONS:
        return [Problem(where, _("A key is letters, digits and _, and no function's name."))]
    if isinstance(spec, Mapping) and spec.get("type") == "multi":
        return [Problem(where, _("A multi grader cannot hold another one."))]
    return shape_problems(spec, where)


SHAPES: dict[str, Shape] = {
    "string_check": _string_check,
    "text_similarity": _text_similarity,
    "python": _python,
    "score_model": _score_model,
    "label_model": _label_model,
    "multi": _multi,
}


def _message_problems(spec: Spec, where: str) -> list[Problem]:
    messages, path = spec.get("input"), _at(where, "input")
    if not isinstance(messages, list) or not messages:
        return [Problem(path, _("Expected a list of messages."))]
    return [
        problem
        for index, message in enumerate(messages)
        for problem in _one_message(message, f"{path}[{index}]")
    ]


def _one_message(message: object, where: str) -> list[Problem]:
    if not isinstance(message, Mapping) or message.get("role") not in ROLES:
        return [
            Problem(
                _at(where, "role"),
                _("Expected one of %(choices)s.") % {"choices": ", ".join(sorted(ROLES))},
            )
        ]
    content = message.get("content")
    if isinstance(content, str):
        return _template_problems(message, "content", where)
    blocks = content if isinstance(content, list) else [content]
    return [
        problem
        for index, block in enumerate(blocks)
        for problem in _block_problems(block, f"{where}.content[{index}]")
    ]


def _block_problems(block: object, where: str) -> list[Problem]:
    if not isinstance(block, Mapping) or not isinstance(block.get("type"), str):
        return [Problem(where, _("Expected a text or a block with a type."))]
    return _template_problems(block, "text", where) if "text" in block["type"] else []


def _template_problems(spec: Spec, key: str, where: str) -> list[Problem]:
    text = spec.get(key)
    if not isinstance(text, str):
        return [Problem(_at(where, key), _("Expected a text."))]
    try:
        compile_template(text)
    except TemplateError as error:
        return [Problem(_at(where, key), str(error))]
    return []


def _text_problems(spec: Spec, key: str, where: str) -> list[Problem]:
    value = spec.get(key)
    if isinstance(value, str) and value.strip():
        return []
    return [Problem(_at(where, key), _("Expected a text that is not empty."))]


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _is_range(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    return numbers and all(math.isfinite(one) for one in value) and value[0] < value[1]


def _repeated_name(graders: Mapping[object, object]) -> str | None:
    seen: set[object] = set()
    for grader in graders.values():
        name = grader.get("name") if isinstance(grader, Mapping) else None
        if isinstance(name, str) and name in seen:
            return name
        seen.add(name)
    return None


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key

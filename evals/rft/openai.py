"""grader.json for the OpenAI-shaped target: a multi grader that pays what the rubric pays.

One grader per released criterion, and a formula for points, pitfalls and gates. The criteria
released may differ from row to row. Then the row says which count (`uses_KEY` is "1" or "0", and
`max_points` is the sum of its positive points), and string_check graders bring these switches
into the formula, which cannot read the row itself. Every row is so graded on exactly the criteria
that were released for it, by the same arithmetic that selected it.
"""

import hashlib
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from evals.graders.formula import parse_formula
from evals.graders.proof import is_within_unit
from evals.graders.registry import (
    canonical_spec,
    is_runnable,
    item_fields_used,
    validate_grader,
)
from evals.rft import sentences
from evals.rft.arithmetic import Arithmetic, Switches
from evals.rft.judging import Judge, judge_grader, judged_range, plain
from labeling.errors import Problem, Problems
from labeling.spec import CriterionSpec
from labeling.strict_json import dumps

Released = frozenset[str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A grader, the row fields it reads beside the shared ones, and what is to be said of it."""

    grader: dict[str, object]
    switches: Switches
    notes: tuple[str, ...]

    def row_fields(self, released: Collection[str]) -> dict[str, str]:
        """The fields that tell the grader which criteria count for this row."""
        return self.switches.row_fields(frozenset(released))


def compile_grader(
    criteria: Sequence[CriterionSpec],
    released: Collection[Released],
    judge: Judge,
    *,
    name: str,
    fields: AbstractSet[str],
    tools: bool = False,
) -> Compiled:
    """The grader for rows on which these sets of criteria are released.

    `fields` are the item fields every row has; `tools` says that rows offer tools. Problems when
    a check reads a field that some row lacks, or when a formula cannot be proved to stay in 0..1.
    """
    used = [each for each in criteria if any(each.key in keys for keys in released)]
    if not used:
        raise Problems([Problem("criteria", "No criterion is released, so nothing can be graded.")])
    switches = Switches(tuple(used), frozenset(released))
    mark = _mark(name, used)
    graders = {
        switches.names[each.key]: _criterion_grader(
            each, switches.names[each.key], judge, fields, mark, tools=tools
        )
        for each in used
    }
    grader: dict[str, object] = {
        "type": "multi",
        "name": name,
        "graders": graders | switches.graders(),
        "calculate_output": Arithmetic(switches).formula(),
    }
    _check(grader, switches, fields)
    return Compiled(grader, switches, tuple(_notes(used, switches, fields)))


def _criterion_grader(
    spec: CriterionSpec,
    name: str,
    judge: Judge,
    fields: AbstractSet[str],
    mark: str,
    *,
    tools: bool,
) -> dict[str, object]:
    if spec.check is not None and is_runnable(spec.check):
        return canonical_spec(spec.check) | {"name": name}
    return judge_grader(spec, name, judge, fields, mark, tools=tools)


def _check(grader: dict[str, object], switches: Switches, fields: AbstractSet[str]) -> None:
    validate_grader(grader)
    known = fields | switches.field_names()
    if lacking := sorted(item_fields_used(grader) - known):
        message = f"A check reads {', '.join(lacking)}, which some row does not have."
        raise Problems([Problem("check", message)])
    boxes = dict.fromkeys(switches.variables(), (0.0, 1.0))
    for spec in switches.criteria:
        low, high = judged_range(spec) if not _is_code(spec) else (0, 1)
        boxes[switches.names[spec.key]] = (float(low), float(high))
    if not is_within_unit(parse_formula(str(grader["calculate_output"])), boxes):
        raise Problems([Problem("calculate_output", "The reward is not proved to stay in 0..1.")])


def _notes(
    used: Sequence[CriterionSpec], switches: Switches, fields: AbstractSet[str]
) -> list[str]:
    notes = []
    unrun = [each.key for each in used if each.check and not _is_code(each)]
    if unrun:
        notes.append(sentences.UNRUN(criteria=", ".join(unrun)))
    if varying := [each.key for each in used if switches.is_switched(each.key)]:
        notes.append(sentences.SWITCHED(criteria=", ".join(varying)))
    parted = [each.key for each in used if plain(each.criterion) != each.criterion]
    if parted:
        notes.append(sentences.PARTED(criteria=", ".join(parted)))
    if "reference" not in fields:
        notes.append(sentences.NO_REFERENCE())
    return notes


def _is_code(spec: CriterionSpec) -> bool:
    return spec.check is not None and is_runnable(spec.check)


def _mark(name: str, used: Sequence[CriterionSpec]) -> str:
    told = dumps([name, *([each.key, each.criterion, each.guidance] for each in used)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]

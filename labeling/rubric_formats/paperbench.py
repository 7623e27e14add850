"""PaperBench: a tree of requirements whose leaves are met or not, scored by the weighted mean."""

from __future__ import annotations

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.rubric_formats import kept, trees
from labeling.rubric_formats.base import (
    Entry,
    Format,
    Json,
    assemble,
    extra_of,
    short,
    with_extras,
    with_head,
)
from labeling.rubric_formats.cautions import met_or_not, reversed_pitfalls
from labeling.rubric_formats.regrowing import (
    Branch,
    Grown,
    branches_of,
    leaf_of,
    regrow,
    remembered,
)
from labeling.spec import CriterionSpec, RubricSpec
from labeling.spec.keys import KEY_PATTERN, derived_key

SLUG = "paperbench"
PREFIX = "n-"
NOT = "The following is not the case: "
_NAMES = {"criterion": "requirements", "key": "id", "points": "weight"}
_TREE = ("weight", "sub_tasks")


def _recognises(data: object) -> bool:
    return isinstance(data, dict) and {"requirements", "sub_tasks"} <= data.keys()


def _text(raw: Json) -> str:
    text = raw.get("requirements")
    return text if isinstance(text, str) else ""


_SHAPE = trees.Shape("sub_tasks", _text, lambda raw: bool(raw.get("sub_tasks")))


def _read(data: object, title: str) -> RubricSpec:
    root = data if isinstance(data, dict) else {}
    if not _SHAPE.is_branch(root):
        # A tree of a single node is a leaf under nothing.
        only = {**root, "weight": root.get("weight") or 1}
        root = {"requirements": _text(root), "sub_tasks": [only]}
    tree = trees.walk(root, _SHAPE)
    points = trees.points(tree, _SHAPE)
    parents = [branch.parent for branch in tree.branches]
    sections = trees.paths(parents, [remembered(_text(one.raw)) for one in tree.branches])
    _expect_texts(tree)
    entries = [
        _entry(leaf, worth, sections[leaf.parent or 0])
        for leaf, worth in zip(tree.leaves, points, strict=True)
    ]
    _refuse_doubles(entries, tree.problems)
    spec = assemble(_text(root) or title, entries, problems=tree.problems, list_name="sub_tasks")
    spec = with_extras(spec, entries, SLUG, _leaf, map(_standing, tree.leaves))
    single = {} if data is root else {"form": "leaf"}
    return with_head(spec, SLUG, {"nodes": trees.nodes_of(tree, _SHAPE), **single})


def _expect_texts(tree: trees.Tree) -> None:
    for node in tree.branches:
        if not _text(node.raw).strip():
            where = f"{node.where}.requirements".lstrip(".")
            tree.problems.append(Problem(where, _("is missing; a text is needed here")))


def _entry(leaf: trees.Node, points: int | None, path: list[str]) -> Entry:
    raw = leaf.raw
    category, finer = raw.get("task_category"), raw.get("finegrained_task_category")
    said: Json = {
        "criterion": raw.get("requirements"),
        "points": points,
        "path": path,
        "dimension": category if isinstance(category, str) else "",
        "tags": [finer] if isinstance(finer, str) else [],
        **_key(raw.get("id")),
    }
    return Entry(leaf.where, said, trees.without(raw, *_TREE), _NAMES)


def _key(node: object) -> Json:
    """The node's id as the key, so that labels go on when the tree is loaded again."""
    if not isinstance(node, str):
        return {}
    keys = (node, f"{PREFIX}{node}")
    found = next((key for key in keys if KEY_PATTERN.fullmatch(key)), None)
    return {"key": found} if found else {}


def _refuse_doubles(entries: list[Entry], problems: list[Problem]) -> None:
    seen: dict[object, str] = {}
    for entry in entries:
        node = entry.raw.get("id")
        if node is not None and isinstance(node, str):
            if node in seen:
                message = _("`%(node)s` is the id of %(seen)s too") % {
                    "node": node[:60],
                    "seen": seen[node],
                }
                problems.append(Problem(f"{entry.where}.id", message))
                entry.said.pop("key", None)
            seen.setdefault(node, entry.where)


def _standing(leaf: trees.Node) -> Json:
    """Where a leaf stood, and how it said that nothing is below it if not by an empty list."""
    below = {} if leaf.raw.get("sub_tasks") == [] else {"below": "sub_tasks" in leaf.raw}
    return {"leaf": {**trees.standing(leaf), **below}}


def _leaf(criterion: CriterionSpec) -> Json:
    text = criterion.criterion
    return {
        "id": criterion.key.removeprefix(PREFIX),
        "requirements": f"{NOT}{text}" if criterion.is_pitfall else text,
        "task_category": criterion.dimension or None,
        "finegrained_task_category": criterion.tags[0] if criterion.tags else None,
    }


def _write(spec: RubricSpec) -> Json:
    known = _branches(spec)
    leaves = [leaf_of(extra_of(one, SLUG).get("leaf"), _SHAPE) for one in spec.criteria]
    grown = regrow(spec.criteria, leaves, known)
    taken = {one.key: 1 for one in spec.criteria}
    shells = [_branch(grown, index, taken) for index in range(len(grown.branches))]
    written = [_written(grown, one, number) for number, one in enumerate(spec.criteria)]
    if extra_of(spec, SLUG).get("form") == "leaf" and len(written) == 1:
        return written[0]
    for index, shell in enumerate(shells):
        shell["sub_tasks"] = [
            written[one] if is_leaf else shells[one] for is_leaf, one in grown.children(index)
        ]
    return shells[0]


def _branches(spec: RubricSpec) -> list[Branch]:
    """The branches of the file the rubric came from; otherwise only a root."""
    made = branches_of(extra_of(spec, SLUG).get("nodes"), _SHAPE)
    if not made:
        return [Branch(None, spec.title, None, 0, 1)]
    if spec.title != short(made[0].text):
        made[0].text = spec.title
    return made


def _branch(grown: Grown, index: int, taken: dict[str, int]) -> Json:
    branch = grown.branches[index]
    raw = branch.raw or {
        "id": derived_key(branch.text, taken),
        "task_category": None,
        "finegrained_task_category": None,
    }
    weight: Json = {"weight": grown.branch_weights[index]}
    if index == 0 and branch.raw:
        # The root weighs against nothing: whatever the file said of it stands.
        weight = {}
    return {**raw, "requirements": branch.text, **weight, "sub_tasks": []}


def _written(grown: Grown, criterion: CriterionSpec, number: int) -> Json:
    made = kept.put_back(_leaf(criterion), extra_of(criterion, SLUG))
    said = extra_of(criterion, SLUG).get("leaf")
    below = said.get("below") if isinstance(said, dict) else None
    empty: Json = {"sub_tasks": [] if below is None else None}
    return {**made, "weight": grown.leaf_weights[number], **({} if below is False else empty)}


def _cautions(spec: RubricSpec) -> list[Problem]:
    return [
        *reversed_pitfalls(spec, _("as “%(start)s …”") % {"start": NOT.strip()}),
        *met_or_not(spec),
    ]


def _refuses(spec: RubricSpec) -> list[Problem]:
    if not any(one.points for one in spec.criteria):
        return [Problem("points", _("No criterion has points, so the tree could not be scored"))]
    return []


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("PaperBench tree"),
    about=gettext_noop("A tree of requirements with weights, its leaves met or not."),
    recognises=_recognises,
    read=_read,
    write=_write,
    refuses=_refuses,
    cautions=_cautions,
)

"""Weighted trees as flat criteria and back, exactly.

The score of a tree is the weighted mean of its children, up to the root. A leaf's share of it is
the product of its part among its siblings and those of its ancestors among theirs. Points are the
smallest whole multiples of the shares that all leaves have in common with the weights at the
root; sum(points x credit) / sum(points) is then the same fraction as the mean up the tree. No
step recurses, so that a tree may be as deep as its reader allows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.rubric_formats.base import Json
from labeling.rubric_formats.numbers import exact
from labeling.spec.fields import POINTS_DIGITS, kind_of

MAX_LEVELS = 2_000
# A section names so many of its ancestors, the outermost and the innermost ones.
OUTER, INNER = 15, 16
PLACE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Shape:
    """The words of a format: where children stand, what a node says, its weight when unsaid."""

    children: str
    text: Callable[[Json], str]
    is_branch: Callable[[Json], bool]
    default_weight: int | None = None


@dataclass(slots=True)
class Node:
    """One node on its way in; `at` is its place among its siblings."""

    raw: Json
    parent: int | None
    at: int
    where: str
    depth: int
    share: Fraction


@dataclass(slots=True)
class Tree:
    """Branches in the order in which they open, leaves as they are read, and what is wrong."""

    branches: list[Node] = field(default_factory=list)
    leaves: list[Node] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def walk(root: Json, shape: Shape) -> Tree:
    """Every node with its share of the whole; faults are collected, reading goes on."""
    tree = Tree()
    waiting = [Node(root, None, 0, "", 0, Fraction(1))]
    while waiting:
        node = waiting.pop()
        if not shape.is_branch(node.raw):
            tree.leaves.append(node)
            continue
        if node.depth >= MAX_LEVELS:
            tree.problems.append(
                Problem(
                    "",
                    _("the tree is deeper than %(max_levels)s levels")
                    % {"max_levels": f"{MAX_LEVELS:,}"},
                )
            )
            return tree
        tree.branches.append(node)
        waiting += reversed(_children(node, len(tree.branches) - 1, shape, tree.problems))
    return tree


def _children(node: Node, index: int, shape: Shape, problems: list[Problem]) -> list[Node]:
    listed, before = node.raw.get(shape.children), len(problems)
    made: list[tuple[Json, str, Fraction]] = []
    place = f"{node.where}." if node.where else ""
    for at, child in enumerate(listed if isinstance(listed, list) else []):
        where = _abridged(f"{place}{shape.children}[{at}]")
        if not isinstance(child, dict):
            problems.append(
                Problem(where, _("must be an object, not %(child)s") % {"child": kind_of(child)})
            )
            continue
        made.append((child, where, _weight(child, where, shape, problems)))
    total = sum((weight for _, _, weight in made), Fraction(0))
    if not total and node.share and len(problems) == before:
        message = _("the weights of its children are all 0, so it could never be scored")
        problems.append(Problem(f"{place}{shape.children}", message))
    shares = [node.share * weight / total if total else Fraction(0) for _, _, weight in made]
    return [
        Node(child, index, at, where, node.depth + 1, share)
        for at, ((child, where, _), share) in enumerate(zip(made, shares, strict=True))
    ]


def _weight(child: Json, where: str, shape: Shape, problems: list[Problem]) -> Fraction:
    said = child.get("weight", shape.default_weight)
    weight = exact(said)
    if weight is not None and weight >= 0:
        return weight
    fault = _("must be a number of at least 0")
    if said is None:
        fault = _("is missing; a number is needed here")
    problems.append(Problem(f"{where}.weight", fault))
    return Fraction(0)


def points(tree: Tree, shape: Shape) -> list[int | None]:
    """The points of the leaves in order, None where a weight of 0 leaves one out."""
    top = [node for node in (*tree.branches, *tree.leaves) if node.depth == 1]
    weights = [exact(node.raw.get("weight", shape.default_weight)) for node in top]
    total = sum((weight for weight in weights if weight), Fraction(0)) or Fraction(1)
    scaled = [leaf.share * total for leaf in tree.leaves]
    common = 1
    for share in scaled:
        common = math.lcm(common, share.denominator)
        if common.bit_length() > POINTS_DIGITS * 4:
            message = _(
                "the weights need points of more than %(points_digits)s digits to stay exact"
            ) % {"points_digits": POINTS_DIGITS}
            tree.problems.append(Problem("", message))
            return [None for _ in tree.leaves]
    return [int(share * common) or None for share in scaled]


def paths(parents: Sequence[int | None], texts: Sequence[str]) -> list[list[str]]:
    """The section that each branch is, from those of its parents; the root is none."""
    found: list[list[str]] = []
    for parent, text in zip(parents, texts, strict=True):
        found.append([] if parent is None else _under(found[parent], text))
    return found


def nodes_of(tree: Tree, shape: Shape) -> list[Json]:
    """The branches as they are kept, each without its children."""
    return [
        {"parent": node.parent, "at": node.at, "raw": without(node.raw, shape.children)}
        for node in tree.branches
    ]


def standing(leaf: Node) -> Json:
    """Where a leaf stood and what it weighed, as it is kept."""
    weight = {"weight": leaf.raw["weight"]} if "weight" in leaf.raw else {}
    return {"parent": leaf.parent, "at": leaf.at, **weight}


def without(raw: Json, *keys: str) -> Json:
    """The node without these keys."""
    return {key: value for key, value in raw.items() if key not in keys}


def _under(path: list[str], text: str) -> list[str]:
    """One section further in; of very many the middle ones are left out."""
    if len(path) <= OUTER + INNER:
        return [*path, text]
    inner = [*path[OUTER + 1 :], text][-INNER:]
    return [*path[:OUTER], "…", *inner]


def _abridged(where: str) -> str:
    if len(where) <= PLACE_LENGTH:
        return where
    half = PLACE_LENGTH // 2
    return f"{where[:half]}…{where[-half:]}"

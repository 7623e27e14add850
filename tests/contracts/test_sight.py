"""Blindness is decided in one place: nobody else says who is blind, or what that hides."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The policy, and the model it is about.
POLICY = {"labeling/models/blindness.py", "labeling/models/batches.py"}
# Names under which the decision was made, or could be made again beside the policy.
DECIDING = {"blind_to", "blind_for", "hidden_from"}
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for app in ("labeling", "evals", "rubricstudio")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)


def decided(source: str) -> Iterator[tuple[int, str]]:
    """Where code decides on blindness itself: each place with what is said there."""
    tree = ast.parse(source)
    policy = _names_of_policy(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in DECIDING:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name))):
                if name in policy:
                    yield node.lineno, ast.unparse(node.func)
            # Comparing a batch's blindness is deciding what it hides.
            case ast.Compare(left=left, comparators=others):
                if any(getattr(one, "attr", "") == "blindness" for one in (left, *others)):
                    yield node.lineno, ast.unparse(node)


def _names_of_policy(tree: ast.Module) -> set[str]:
    """What the module calls the policy's `Sight`; flags have another of that name."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("labeling.models")
        for alias in node.names
        if alias.name == "Sight"
    }


def test_only_the_policy_decides():
    found = {
        (path, line, said)
        for path in SOURCES
        if path not in POLICY
        for line, said in decided((ROOT / path).read_text())
    }
    assert found == set(), "ask Batch.objects.hiding, sight_of or sight_at_desk"
    assert all(path in SOURCES for path in POLICY)


@pytest.mark.parametrize(
    "source",
    [
        "Batch.objects.blind_to(user)",
        "Batch.objects.filter(blind_for(user))",
        "from labeling.models.blindness import Sight\nSight.blind('full')",
        "from labeling.models.blindness import Sight as S\nS(peers=True)",
        "shown = batch.blindness == 'peers'",
    ],
)
def test_deciding_elsewhere_is_found(source):
    assert list(decided(source))


@pytest.mark.parametrize(
    "source",
    [
        "Batch.objects.hiding(user, 'peers')",
        "Batch.objects.sight_of(user, batch).peers",
        "from labeling.triage.sight import Sight\nSight('all')",
        "made.blindness = said['blindness']",
    ],
)
def test_asking_the_policy_is_not(source):
    assert not list(decided(source))

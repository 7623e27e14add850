"""The order of a draft and its sections; and what undoing makes of every change."""

from dataclasses import replace

import pytest

from labeling import authoring
from labeling.authoring import Writer
from labeling.authoring.states import ChangedSince
from labeling.errors import Problems
from labeling.models import Criterion, Project, Rubric, User
from labeling.spec import parse_rubric

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric(project: Project, amy: User) -> Rubric:
    """Two criteria under A, three under B / C, one without a section."""
    criteria = [
        {"key": key, "criterion": f"About {key}.", "points": 1, "path": list(path)}
        for key, path in (
            ("a1", ("A",)),
            ("a2", ("A",)),
            ("b1", ("B", "C")),
            ("b2", ("B", "C")),
            ("b3", ("B", "C")),
            ("z", ()),
        )
    ]
    spec = parse_rubric({"title": "Sections", "criteria": criteria})
    return authoring.create_rubric(project, "Sections", by=amy, spec=spec)


def outline(rubric: Rubric) -> str:
    """Such as `A: a1 a2 | B / C: b1`."""
    version = rubric.versions.get()
    named = dict(version.criteria.values_list("pk", "key"))
    rows = version.criteria.order_by("position").values_list("position", flat=True)
    assert list(rows) == list(range(len(named)))
    return " | ".join(
        f"{authoring.heading(one.path)}: {' '.join(named[pk] for pk in one.pks)}"
        for one in authoring.sections(authoring.places(version))
    )


def pk(rubric: Rubric, key: str) -> int:
    return Criterion.objects.get(version__rubric=rubric, key=key).pk


START = "A: a1 a2 | B / C: b1 b2 b3 | : z"


@pytest.mark.parametrize(
    ("key", "step", "after", "number"),
    [
        ("a2", -1, "A: a2 a1 | B / C: b1 b2 b3 | : z", 1),
        ("b2", 1, "A: a1 a2 | B / C: b1 b3 b2 | : z", 5),
        # At the edge of a section it changes sides, and stands where it stood.
        ("b1", -1, "A: a1 a2 b1 | B / C: b2 b3 | : z", 3),
        ("a2", 1, "A: a1 | B / C: a2 b1 b2 b3 | : z", 2),
        ("z", -1, "A: a1 a2 | B / C: b1 b2 b3 z", 6),
        # At the ends of the rubric there is nowhere to go.
        ("a1", -1, START, 1),
        ("z", 1, START, 6),
    ],
)
def test_one_step_at_a_time(rubric: Rubric, amy: User, key, step, after, number):
    arranged = authoring.move(rubric, pk(rubric, key), step, number=1, writer=Writer(amy))
    assert outline(rubric) == after
    assert (arranged.number, arranged.count) == (number, 6)
    if after != START:
        authoring.undo(rubric, number=1, by=amy)
        assert outline(rubric) == START
        authoring.redo(rubric, number=1, by=amy)
        assert outline(rubric) == after


@pytest.mark.parametrize(
    ("moved", "before", "beside", "after"),
    [
        ("b3", "a2", "a2", "A: a1 b3 a2 | B / C: b1 b2 | : z"),
        ("a1", None, "z", "A: a2 | B / C: b1 b2 b3 | : z a1"),
        ("a1", "z", "b3", "A: a2 | B / C: b1 b2 b3 a1 | : z"),
        ("b1", "b1", "b1", START),
        ("b1", "b2", "b2", START),
    ],
)
def test_dropped_somewhere(rubric: Rubric, amy: User, moved, before, beside, after):
    authoring.place(
        rubric,
        pk(rubric, moved),
        before=before and pk(rubric, before),
        beside=pk(rubric, beside),
        number=1,
        writer=Writer(amy),
    )
    assert outline(rubric) == after
    if after != START:
        authoring.undo(rubric, number=1, by=amy)
        assert outline(rubric) == START


@pytest.mark.parametrize(
    ("key", "step", "after"),
    [
        ("b2", -1, "B / C: b1 b2 b3 | A: a1 a2 | : z"),
        ("a1", 1, "B / C: b1 b2 b3 | A: a1 a2 | : z"),
        ("b1", 1, "A: a1 a2 | : z | B / C: b1 b2 b3"),
        ("a1", -1, START),
        ("z", 1, START),
    ],
)
def test_a_section_moves_as_a_whole(rubric: Rubric, amy: User, key, step, after):
    authoring.move_section(rubric, pk(rubric, key), step, number=1, writer=Writer(amy))
    assert outline(rubric) == after
    if after != START:
        authoring.undo(rubric, number=1, by=amy)
        assert outline(rubric) == START


@pytest.mark.parametrize(
    ("key", "name", "after"),
    [
        ("b2", "Facts", "A: a1 a2 | Facts: b1 b2 b3 | : z"),
        ("b2", "Facts / Figures / Dates", "A: a1 a2 | Facts / Figures / Dates: b1 b2 b3 | : z"),
        # and/or is one name: only a slash between blanks divides.
        ("a1", "and/or", "and/or: a1 a2 | B / C: b1 b2 b3 | : z"),
        # Under the name of its neighbour it becomes one with it.
        ("a1", "B / C", "B / C: a1 a2 b1 b2 b3 | : z"),
        ("a1", "  ", ": a1 a2 | B / C: b1 b2 b3 | : z"),
        ("z", "Rest", "A: a1 a2 | B / C: b1 b2 b3 | Rest: z"),
        ("a1", "A", START),
    ],
)
def test_a_section_gets_another_name(rubric: Rubric, amy: User, key, name, after):
    authoring.rename_section(rubric, pk(rubric, key), name, number=1, writer=Writer(amy))
    assert outline(rubric) == after
    if after != START:
        authoring.undo(rubric, number=1, by=amy)
        assert outline(rubric) == START


def change(rubric: Rubric, key: str, by: User, /, **fields: object) -> None:
    row = Criterion.objects.get(version__rubric=rubric, key=key)
    stored = authoring.criterion_of(row)
    authoring.change(
        rubric,
        row.pk,
        replace(stored, **fields),
        number=1,
        seen=authoring.token(stored),
        writer=Writer(by),
    )


def test_a_criterion_put_under_another_section_goes_to_its_end(rubric: Rubric, amy: User):
    change(rubric, "b1", amy, path=("A",))
    assert outline(rubric) == "A: a1 a2 b1 | B / C: b2 b3 | : z"
    change(rubric, "b2", amy, path=("New",))
    # A new section opens behind the one it came from, which stays whole.
    assert outline(rubric) == "A: a1 a2 b1 | B / C: b3 | New: b2 | : z"
    for _ in range(2):
        authoring.undo(rubric, number=1, by=amy)
    assert outline(rubric) == START


def test_a_removed_criterion_comes_back_as_it_was_and_where_it_was(rubric: Rubric, amy: User):
    before = authoring.spec_of(rubric.versions.get())
    row = pk(rubric, "b2")
    authoring.remove(rubric, row, number=1, writer=Writer(amy))
    assert outline(rubric) == "A: a1 a2 | B / C: b1 b3 | : z"
    assert authoring.steps(rubric.versions.get(), amy).undo == "removed “About b2.”"
    authoring.undo(rubric, number=1, by=amy)
    assert authoring.spec_of(rubric.versions.get()) == before
    assert pk(rubric, "b2") == row


def test_undoing_goes_back_through_ones_own_changes_only(rubric: Rubric, amy: User, carol: User):
    change(rubric, "a1", amy, guidance="By amy")
    change(rubric, "a2", carol, guidance="By carol")
    version = rubric.versions.get()
    assert authoring.steps(version, amy).undo == "changed “About a1.”"
    authoring.undo(rubric, number=1, by=amy)
    with pytest.raises(authoring.NothingToUndo):
        authoring.undo(rubric, number=1, by=amy)
    assert [one.guidance for one in authoring.spec_of(version).criteria][:2] == ["", "By carol"]
    assert authoring.steps(version, amy).redo == "changed “About a1.”"
    change(rubric, "b1", amy, guidance="Something new ends that")
    assert authoring.steps(version, amy).redo == ""


def test_what_somebody_changed_since_is_not_taken_back_unseen(
    rubric: Rubric, amy: User, carol: User
):
    change(rubric, "a1", amy, guidance="By amy")
    change(rubric, "a1", carol, guidance="By carol")
    with pytest.raises(ChangedSince, match="changed again since"):
        authoring.undo(rubric, number=1, by=amy)
    authoring.remove(rubric, pk(rubric, "a1"), number=1, writer=Writer(carol))
    with pytest.raises(ChangedSince, match="removed in the meantime"):
        authoring.undo(rubric, number=1, by=amy)


def test_a_key_given_away_meanwhile_is_not_taken_twice(rubric: Rubric, amy: User, carol: User):
    authoring.remove(rubric, pk(rubric, "a1"), number=1, writer=Writer(amy))
    change(rubric, "a2", carol, key="a1")
    with pytest.raises(Problems, match="`a1` is the key of another"):
        authoring.undo(rubric, number=1, by=amy)

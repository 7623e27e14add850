"""A tree whose criteria an author has changed: what is new is written, all else as it came."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

from labeling.rubric_formats import read, write
from tests.unit.rubric_formats.building import SMALL
from tests.unit.rubric_formats.scoring import scored, tree_score


class TestAfterAnEdit:
    """What an author has changed is written as it reads now, all else as it came."""

    def changed(self, position: int, **fields: object):
        spec = read(SMALL, "paperbench")
        criteria = list(spec.criteria)
        criteria[position] = replace(criteria[position], **fields)
        return replace(spec, criteria=tuple(criteria))

    def test_a_new_text(self):
        wanted = copy.deepcopy(SMALL)
        wanted["sub_tasks"][0]["requirements"] = "Leaf a is met twice."
        assert write(self.changed(0, criterion="Leaf a is met twice."), "paperbench") == wanted

    def test_a_new_title_and_category(self):
        wanted = copy.deepcopy(SMALL)
        wanted["requirements"] = "Another aim."
        wanted["sub_tasks"][0]["task_category"] = "Result Analysis"
        spec = replace(self.changed(0, dimension="Result Analysis"), title="Another aim.")
        assert write(spec, "paperbench") == wanted

    def test_new_points_become_weights_that_give_the_same_shares(self):
        spec = self.changed(2, points=1)
        tree = write(spec, "paperbench")
        # points 8, 3, 1: the branch weighs 3 + 1, which is 8 : 4 = 2 : 1 at the root
        assert [one["weight"] for one in tree["sub_tasks"]] == [2, 1]
        assert [one["weight"] for one in tree["sub_tasks"][1]["sub_tasks"]] == [3, 1]
        credits = {"a": Fraction(1), "c": Fraction(0), "d": Fraction(1)}
        # (8 + 1) / 12
        assert tree_score(tree, credits) == scored(spec, [1, 0, 1]) == Fraction(3, 4)

    def test_a_renamed_section_renames_its_branch(self):
        spec = read(SMALL, "paperbench")
        criteria = [replace(one, path=("Set up.",) if one.path else ()) for one in spec.criteria]
        wanted = copy.deepcopy(SMALL)
        wanted["sub_tasks"][1]["requirements"] = "Set up."
        assert write(replace(spec, criteria=tuple(criteria)), "paperbench") == wanted

    def test_a_criterion_moved_to_another_section_moves(self):
        tree = write(self.changed(0, path=("Branch b holds.",)), "paperbench")
        assert [one["id"] for one in tree["sub_tasks"]] == ["b"]
        assert [one["id"] for one in tree["sub_tasks"][0]["sub_tasks"]] == ["c", "d", "a"]
        assert [one["weight"] for one in tree["sub_tasks"][0]["sub_tasks"]] == [3, 9, 8]

    def test_one_of_two_moved_to_a_new_section_leaves_the_branch_its_name(self):
        tree = write(self.changed(1, path=("New", "Deep")), "paperbench")
        assert [one["requirements"] for one in tree["sub_tasks"]] == [
            *("Leaf a is met.", "Branch b holds.", "New"),
        ]
        assert tree["sub_tasks"][2]["sub_tasks"][0]["requirements"] == "Deep"
        credits = {"a": Fraction(0), "c": Fraction(1), "d": Fraction(0)}
        assert tree_score(tree, credits) == Fraction(3, 20)

    def test_a_removed_criterion_leaves_no_empty_branch(self):
        spec = read(SMALL, "paperbench")
        tree = write(replace(spec, criteria=spec.criteria[:1]), "paperbench")
        assert [one["id"] for one in tree["sub_tasks"]] == ["a"]

    def test_an_added_criterion_joins_the_section_it_names(self):
        spec = read(SMALL, "paperbench")
        new = replace(spec.criteria[1], key="new", criterion="New.", extra=None, points=4)
        tree = write(replace(spec, criteria=(*spec.criteria, new)), "paperbench")
        assert [one["id"] for one in tree["sub_tasks"][1]["sub_tasks"]] == ["c", "d", "new"]
        assert tree_score(tree, dict.fromkeys("acd", Fraction(0)) | {"new": Fraction(1)}) == (
            # of 8 + 3 + 9 + 4 points
            Fraction(4, 24)
        )

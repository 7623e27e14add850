"""Two texts side by side, and JSON that folds."""

from labeling.showing import read_json, side_by_side, tree
from labeling.showing.sides import LINES
from labeling.showing.trees import NODES


def test_equal_lines_stand_beside_each_other_unmarked():
    (row,), cut = side_by_side("same", "same")
    assert row.is_same
    assert row.left == (("same", False),)
    assert not cut


def test_only_the_words_that_differ_are_marked():
    ((row,), _) = side_by_side("Refund of 40 euros", "Refund of 50 euros")
    assert row.left == (("Refund of ", False), ("40", True), (" euros", False))
    assert row.right == (("Refund of ", False), ("50", True), (" euros", False))


def test_a_line_on_one_side_only_has_nothing_beside_it():
    rows, _ = side_by_side("a\nb", "a")
    assert rows[1].left == (("b", True),)
    assert rows[1].right is None


def test_long_texts_are_compared_in_their_beginning_and_say_so():
    rows, cut = side_by_side("x\n" * (LINES + 5), "x\n" * (LINES + 5))
    assert len(rows) == LINES
    assert cut


def test_a_tree_has_every_key_and_value():
    html = tree({"order": {"id": 7, "open": None}, "tags": ["a", "<b>"]})
    assert "<summary>" in html
    for part in ("order", "7", "null", "2 fields", "2 entries", "&lt;b&gt;"):
        assert part in html


def test_a_plain_value_and_too_large_a_one_are_no_tree():
    assert tree("text") is None
    assert tree({}) is None
    assert tree(list(range(NODES + 1))) is None
    deep: object = 1
    for _ in range(50):
        deep = [deep]
    assert tree(deep) is None


def test_only_objects_and_lists_are_read_as_json():
    assert read_json(' {"a": 1}') == {"a": 1}
    assert read_json("12") is None
    assert read_json("{broken") is None
    assert read_json("[" * 100_000) is None

"""Ways of rating in words: alone as usual, and where they are put together."""

from __future__ import annotations

from labeling.ways import pooled


def test_one_way_needs_no_words():
    assert pooled([]) is None
    assert pooled([("March", "single"), ("April", "single")]) is None


def test_several_ways_are_named_with_their_batches():
    batches = [("Old", "unknown"), ("March", "single"), ("May", "grid"), ("June", "by_criterion")]
    found = pooled([*batches, ("April", "single")])
    assert found is not None
    assert found.endswith(
        "one response at a time in “April”, “March”; responses of an item side by side in “May”;"
        " one criterion at a time over several responses in “June”; not known, given elsewhere in"
        " “Old”"
    )


def test_many_batches_are_counted():
    found = pooled([("G", "grid"), *((f"B{number}", "single") for number in range(8))])
    assert found is not None
    assert "“B0”, “B1”, “B2”, “B3”, “B4” and 3 more" in found

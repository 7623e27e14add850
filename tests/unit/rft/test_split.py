from collections import Counter

import pytest

from evals.rft.split import split_by_group


def sizes(split):
    return Counter(split.values())


def grouped(*counts):
    """Groups g0, g1, … with so many items each."""
    return {
        f"i{group}-{index}": f"g{group}"
        for group, count in enumerate(counts)
        for index in range(count)
    }


@pytest.mark.parametrize("seed", range(20))
def test_six_groups_never_leave_validation_empty(seed):
    # 6 groups of 2: a fifth of 12 rows is 2.4, so 2 rows, so exactly one group
    split = split_by_group(grouped(2, 2, 2, 2, 2, 2), valid_share=0.2, seed=seed)
    assert sizes(split) == {"train": 10, "valid": 2}


def test_a_group_is_never_parted():
    groups = grouped(5, 3, 8, 1, 4)
    split = split_by_group(groups, valid_share=0.3, seed=7)
    for group in set(groups.values()):
        assert len({split[item] for item in groups if groups[item] == group}) == 1


def test_the_same_seed_gives_the_same_split_in_any_order():
    groups = grouped(2, 3, 4, 5, 6, 7)
    backwards = dict(reversed(groups.items()))
    first = split_by_group(groups, valid_share=0.3, seed=3)
    assert first == split_by_group(backwards, valid_share=0.3, seed=3)
    others = [split_by_group(groups, valid_share=0.3, seed=seed) for seed in range(4, 14)]
    assert any(other != first for other in others)


@pytest.mark.parametrize("seed", range(10))
def test_two_groups_fill_both_splits_whatever_the_share(seed):
    for share in (0.01, 0.5, 0.99):
        split = split_by_group(grouped(1, 9), valid_share=share, seed=seed)
        assert set(split.values()) == {"train", "valid"}


def test_one_group_or_no_share_trains_only():
    assert set(split_by_group(grouped(9), valid_share=0.5, seed=0).values()) == {"train"}
    assert set(split_by_group(grouped(3, 3), valid_share=0, seed=0).values()) == {"train"}
    assert split_by_group({}, valid_share=0.2, seed=0) == {}


def test_items_without_group_stand_alone_even_beside_a_group_of_that_name():
    split = split_by_group({"a": None, "b": "", "c": "a"}, valid_share=0.34, seed=1)
    assert sizes(split) == {"train": 2, "valid": 1}


def test_validation_keeps_to_the_limit_of_the_format():
    alone = {f"i{n}": None for n in range(10_000)}
    assert sizes(split_by_group(alone, valid_share=0.2, seed=0))["valid"] == 1000

"""Criteria that ask the same, and those that only read alike."""

import random

from labeling.lint.duplicates import remarks
from labeling.lint.shingles import NEAR, jaccard, shingles
from labeling.spec import CriterionSpec, parse_rubric
from tests.unit.lint.ways import of

DUPLICATE = "near-duplicate"


def found(*texts: str) -> list[tuple[str, str]]:
    """Which criterion repeats one, and how badly."""
    criteria = [{"key": f"c{at}", "criterion": text, "points": 1} for at, text in enumerate(texts)]
    return [(one.key, one.severity.value) for one in of(*criteria) if one.rule.value == DUPLICATE]


def test_the_same_words_again_are_an_error():
    assert found("Cites clause 4.2.", "cites clause 4.2") == [("c1", "error")]
    assert found("Waits five days.", "Waits 5 days!") == [("c1", "error")]


def test_nearly_the_same_words_are_told():
    # Runs of three words: 6 and 7, of them 6 shared: 6 / (6 + 7 - 6) = .857.
    one = "States that the refund takes five days."
    assert jaccard(shingles(one), shingles("It states that the refund takes five days.")) > NEAR
    assert found(one, "It states that the refund takes five days.") == [("c1", "warning")]


def test_the_same_words_in_another_order_are_told():
    assert found(
        "Mentions the deadline for the written appeal to the court.",
        "Names the deadline of the appeal to the court, written.",
    ) == [("c1", "warning")]


def test_the_later_one_names_the_earlier():
    both = of(
        {"key": "a", "name": "Cites", "criterion": "Cites clause 4.2.", "points": 1},
        {"key": "b", "criterion": "Cites clause 4.2.", "points": 2},
    )
    (finding,) = [one for one in both if one.rule.value == DUPLICATE]
    assert finding.where == "criteria[1].criterion"
    assert "criterion 1, “Cites”" in finding.why


def test_another_number_name_or_quotation_is_another_criterion():
    assert (
        found(
            "The test split of the AQuA dataset is available for use.",
            "The test split of the SVAMP dataset is available for use.",
            "States that the visit to the dentist costs 40 EUR.",
            "States that the visit to the dentist costs 50 EUR.",
            "Moves rows 4 and 7 of the table to the sheet of returns.",
            "Moves rows 7 and 4 of the table to the sheet of returns.",
        )
        == []
    )


def test_another_order_of_events_is_another_criterion():
    assert (
        found(
            "Calls the customer before it books the technician.",
            "Books the technician before it calls the customer.",
        )
        == []
    )


def test_leaves_of_two_branches_may_read_alike():
    spec = parse_rubric(
        {
            "title": "Tree",
            "criteria": [
                {"criterion": "The plot is there.", "points": 1, "path": ["Run A"]},
                {"criterion": "The plot is there.", "points": 1, "path": ["Run B"]},
            ],
        }
    )
    assert list(remarks(spec.criteria)) == []


def test_the_index_finds_what_comparing_all_pairs_finds():
    chance = random.Random(4)
    vocabulary = ["the", "fee", "is", "due", "on", "each", "next", "day", "of", "may", "or", "june"]
    # With “only” the order of the words counts, so that nothing but J decides.
    texts = [f"only {' '.join(chance.choices(vocabulary, k=n % 6 + 4))}" for n in range(60)]
    texts += [f"{text} {chance.choice(vocabulary)}" for text in texts]
    scale = parse_rubric({"title": "t", "criteria": [{"criterion": "x"}]}).criteria[0].scale
    criteria = [CriterionSpec(f"c{at}", "", text, scale) for at, text in enumerate(texts)]
    flagged = {at for at, _ in remarks(criteria)}
    kept: list[int] = []
    for at, text in enumerate(texts):
        near = any(jaccard(shingles(texts[one]), shingles(text)) > NEAR for one in kept)
        assert (at in flagged) == near
        kept += [] if near else [at]
    assert 20 < len(flagged) < 100

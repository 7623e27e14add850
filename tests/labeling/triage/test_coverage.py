"""Coverage: the share of noted problems that no criterion asks for, with its numbers."""

import pytest

from labeling import authoring, triage
from labeling.triage.coverage import Complaint, coverage, rated_outputs
from tests import factories


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def seats(project, version, ana):
    responses = [factories.response(factories.item(project)) for _ in range(5)]
    batch = factories.batch(version, responses)
    return [factories.seat(batch, one, ana) for one in responses]


def note(seat, text="No deadline."):
    return factories.flag(seat, text, kind="other")


def test_without_a_note_there_is_nothing_to_cover(version, seats):
    factories.flag(seats[0], "Vague.")
    assert coverage(version.rubric).notes == 0
    assert coverage(version.rubric).in_words(5) == []


def test_mapped_and_out_of_scope_are_covered(version, seats, amy):
    flags = [note(seat, f"Problem {n}.") for n, seat in enumerate(seats[:4])]
    triage.map_to(flags[0], "polite", by=amy)
    triage.mark_out_of_scope(flags[1], "Style is not judged.", by=amy)
    triage.answer(flags[2], "Which?", by=amy)
    found = coverage(version.rubric)
    assert (found.notes, found.unmapped, found.outputs) == (4, 2, 2)
    # 2 of 4 = 50 %; 2 of 5 rated responses = 40 %
    assert found.in_words(rated_outputs(version.rubric)) == [
        "2 of 4 notes on problems the rubric misses are mapped to no criterion (50\u00a0%).",
        "2 of 5 rated responses carry such a note (40\u00a0%); the aim is under 5\u00a0%.",
    ]


def test_two_notes_on_one_response_are_one_output(version, seats):
    note(seats[0], "No deadline.")
    note(seats[0], "No address.")
    found = coverage(version.rubric)
    assert (found.notes, found.unmapped, found.outputs) == (2, 2, 1)
    assert found.in_words(3)[1].startswith(
        "1 of 3 rated responses carries such a note (33.3\u00a0%)"
    )


def test_a_criterion_that_is_gone_covers_nothing(version, seats, amy):
    flag = note(seats[0])
    triage.map_to_new(flag, "Names the deadline", by=amy)
    assert coverage(version.rubric).unmapped == 0
    authoring.discard(authoring.standing(version.rubric).draft, by=amy)
    assert coverage(version.rubric).unmapped == 1


def test_what_is_merged_counts_with_its_first(version, seats, amy):
    flags = [note(seat, f"Problem {n}.") for n, seat in enumerate(seats[:3])]
    triage.merge(flags, by=amy)
    found = coverage(version.rubric)
    assert (found.unmapped, found.often) == (3, (Complaint(flags[0].pk, 3),))
    triage.map_to(flags[0], "polite", by=amy)
    assert coverage(version.rubric) == type(found)(notes=3, unmapped=0, outputs=0)


def test_the_same_words_are_the_same_complaint(version, seats):
    flags = [
        note(seat, text)
        for seat, text in zip(seats[:2], ("No  Deadline.", "no deadline."), strict=True)
    ]
    assert coverage(version.rubric).often == (Complaint(flags[0].pk, 2),)

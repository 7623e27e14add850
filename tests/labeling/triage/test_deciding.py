"""What an author does about a flag, and where the flag stands afterwards."""

from dataclasses import replace

import pytest

from labeling import authoring, triage
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import Flag, FlagAnswer
from tests import factories


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def batch(project, version):
    return factories.batch(version, [factories.response(factories.item(project)) for _ in range(3)])


@pytest.fixture
def flags(batch, ana):
    """Three notes on problems that the rubric misses, on three responses."""
    seats = [factories.seat(batch, entry.response, ana) for entry in batch.queue.order_by("key")]
    return [factories.flag(seat, f"Problem {n}.", kind="other") for n, seat in enumerate(seats)]


def state(flag):
    return Flag.objects.with_state().get(pk=flag.pk).state


def test_a_flag_is_open_until_something_is_done(flags, amy):
    assert state(flags[0]) == "open"
    triage.answer(flags[0], "Which section do you mean?", by=amy)
    assert state(flags[0]) == "answered"


def test_the_same_answer_twice_is_one(flags, amy):
    triage.answer(flags[0], "Thank you.", by=amy)
    triage.answer(flags[0], " Thank you. ", by=amy)
    assert FlagAnswer.objects.count() == 1
    triage.answer(flags[0], "Thank you again.", by=amy)
    assert FlagAnswer.objects.count() == 2


def test_answering_does_not_move_a_flag(flags, amy):
    triage.mark_out_of_scope(flags[0], "Style is not judged.", by=amy)
    triage.answer(flags[0], "See the guidelines.", by=amy)
    assert state(flags[0]) == "out_of_scope"


def test_opened_again_nothing_of_before_holds(flags, amy):
    triage.map_to(flags[0], "polite", by=amy)
    triage.answer(flags[0], "Covered.", by=amy)
    triage.reopen(flags[0], by=amy)
    assert state(flags[0]) == "open"
    assert triage.reopen(flags[0], by=amy) is None


@pytest.mark.parametrize("act", [triage.answer, triage.mark_out_of_scope])
@pytest.mark.parametrize("text", ["", " ", "a\0", "x" * 20_001])
def test_the_expert_is_owed_words(flags, amy, act, text):
    with pytest.raises(Problems, match="text"):
        act(flags[0], text, by=amy)
    assert state(flags[0]) == "open"


def test_a_criterion_of_the_rubric_is_needed_to_map(flags, amy):
    with pytest.raises(Problems, match="has no criterion “kind”"):
        triage.map_to(flags[0], "kind", by=amy)
    triage.map_to(flags[0], "polite", by=amy)
    assert state(flags[0]) == "mapped"


def test_a_new_criterion_begins_in_the_draft_and_the_flag_goes_along(flags, amy, version):
    said = triage.map_to_new(flags[0], "Names the deadline", by=amy)
    draft = authoring.standing(version.rubric).draft
    assert said.criterion_key == "names-the-deadline"
    assert [one.key for one in draft.criteria.all()] == [
        *("cites_policy", "polite", "names-the-deadline"),
    ]
    assert state(flags[0]) == "taken"
    taken = FlagAnswer.objects.get(act="taken")
    assert (taken.number, taken.criterion_key) == (2, "names-the-deadline")


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\0"])
def test_a_new_criterion_needs_a_name(flags, amy, version, name):
    with pytest.raises(Problems):
        triage.map_to_new(flags[0], name, by=amy)
    assert authoring.standing(version.rubric).draft is None


class TestMerging:
    def test_the_oldest_stands_for_all(self, flags, amy):
        assert triage.merge([flags[2], flags[0]], by=amy) == flags[0]
        assert [state(one) for one in flags] == ["open", "open", "merged"]

    def test_what_was_merged_before_goes_along(self, flags, amy):
        triage.merge(flags[1:], by=amy)
        triage.merge(flags[:2], by=amy)
        heads = Flag.objects.with_state().order_by("pk").values_list("head", flat=True)
        assert list(heads) == [None, flags[0].pk, flags[0].pk]

    def test_a_merged_flag_is_decided_with_its_first(self, flags, amy):
        triage.merge(flags[:2], by=amy)
        with pytest.raises(Conflict, match=f"into flag {flags[0].pk}"):
            triage.answer(flags[1], "Thank you.", by=amy)

    def test_it_is_taken_out_again(self, flags, amy):
        triage.merge(flags[:2], by=amy)
        triage.reopen(flags[1], by=amy)
        assert state(flags[1]) == "open"

    def test_one_alone_is_not_merged(self, flags, amy):
        with pytest.raises(DomainError, match="at least two"):
            triage.merge([flags[0], flags[0]], by=amy)

    def test_flags_of_two_rubrics_stay_apart(self, flags, amy, project, ben):
        tone = factories.draft(project, 1, factories.rubric(project, "tone"))
        factories.criterion(tone, "calm")
        response = factories.response(factories.item(project))
        batch = factories.batch(factories.publish(tone), [response])
        other = factories.flag(factories.seat(batch, response, ben))
        with pytest.raises(DomainError, match="one rubric"):
            triage.merge([flags[0], other], by=amy)


class TestWithTheDraft:
    @pytest.fixture
    def taken(self, flags, amy):
        draft = triage.take(flags[:2], by=amy)
        return draft

    def test_taking_makes_the_draft_and_remembers_which(self, taken, flags):
        assert (taken.number, taken.status) == (2, "draft")
        assert list(authoring.taken_into(taken)) == flags[:2]
        assert [state(one) for one in flags] == ["taken", "taken", "open"]

    def test_publishing_settles_them_in_that_version(self, taken, flags, amy):
        triage.reopen(flags[1], by=amy)
        spec = replace(authoring.spec_of(taken), description="For kettles.")
        draft = authoring.save_draft(taken, spec, edit=taken.edit, by=amy)
        published = authoring.publish(draft, by=amy, change_note="")
        assert [state(one) for one in flags] == ["settled", "open", "open"]
        assert FlagAnswer.objects.get(act="settled").version == published

    def test_what_is_settled_is_not_opened_again(self, taken, flags, amy):
        FlagAnswer.objects.create(
            project=flags[0].project,
            flag=flags[0],
            act="settled",
            version=flags[0].rubric_version,
        )
        with pytest.raises(Conflict, match="has settled"):
            triage.reopen(flags[0], by=amy)

    def test_discarding_opens_them_again(self, taken, flags, amy):
        authoring.discard(taken, by=amy)
        assert [state(one) for one in flags] == ["open", "open", "open"]
        said = FlagAnswer.objects.filter(act="reopened").values_list("text", flat=True)
        assert set(said) == {"The draft was discarded."}

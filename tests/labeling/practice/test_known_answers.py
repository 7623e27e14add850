"""Known answers: set, taken and read from files; facts whose last revision holds."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from labeling import practice
from labeling.errors import Conflict, Problems
from labeling.models import Batch, GoldAnswer, Response
from labeling.practice import Told
from labeling.rating import criteria_of
from tests import factories

pytestmark = pytest.mark.django_db
INSERT = (
    "insert into labeling_goldanswer (project_id, response_id, lineage_id, revision, value,"
    " explanation, source) values (%s, %s, %s, %s, %s, 'why', 'author');"
    " set constraints all immediate"
)


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def response(project):
    return factories.response(factories.item(project, "case-1"))


@pytest.fixture
def lineage(version):
    return version.criteria.get(key="cites_policy").lineage_id


def set_(response, version, amy, value="1", why="Paragraph 4 decides it.", **fields):
    return practice.set_known(response, version, "cites_policy", value, why, by=amy, **fields)


class TestSetting:
    def test_it_has_a_value_a_reason_and_its_author(self, response, version, amy, lineage):
        made = set_(response, version, amy)
        assert (made.value, made.explanation) == (1, "Paragraph 4 decides it.")
        assert (made.lineage_id, made.by, made.source, made.revision) == (lineage, amy, "author", 1)

    def test_a_label_is_a_value_too(self, response, version, amy):
        assert set_(response, version, amy, "Not met").value == 0

    def test_a_change_is_the_next_revision(self, response, version, amy):
        first = set_(response, version, amy)
        second = set_(response, version, amy, "0", "Paragraph 4 is about kettles.", seen=1)
        assert (second.revision, list(GoldAnswer.objects.standing())) == (2, [second])
        first.refresh_from_db()
        assert first.value == 1

    def test_the_same_again_adds_nothing(self, response, version, amy):
        assert set_(response, version, amy) == set_(response, version, amy, seen=0)

    def test_who_read_another_answer_is_told(self, response, version, amy, carol):
        set_(response, version, amy)
        with pytest.raises(practice.KnownAnswerChanged) as caught:
            set_(response, version, carol, "0", seen=0)
        assert caught.value.now.value == 1

    def test_withdrawn_nothing_is_known(self, response, version, amy):
        made = set_(response, version, amy)
        practice.withdraw_known(made, "Nobody can tell.", by=amy)
        assert not GoldAnswer.objects.standing().exists()
        with pytest.raises(Conflict, match="withdrawn already"):
            practice.withdraw_known(made, "Nobody can tell.", by=amy)

    @pytest.mark.parametrize(
        ("value", "why", "fault"),
        [
            ("2", "why", "value: `value` is 2"),
            ("NA", "why", "value: is missing"),
            ("", "why", "value: is missing"),
            ("1", " ", "explanation: is missing"),
            ("1", "a\0b", "explanation: "),
        ],
    )
    def test_what_is_wrong_is_said(self, response, version, amy, value, why, fault):
        with pytest.raises(Problems) as caught:
            set_(response, version, amy, value, why)
        assert str(caught.value.problems[0]).startswith(fault)
        assert not GoldAnswer.objects.exists()

    def test_a_withheld_response_has_none(self, project, version, amy):
        gone = factories.response(factories.item(project), withheld="Not licensed.")
        with pytest.raises(Problems, match="withheld"):
            set_(gone, version, amy)

    def test_who_may_be_asked_to_judge_it_cannot_set_it(self, project, response, version, amy):
        factories.member(project, "amy", "expert")
        batch = factories.batch(version, [response])
        with pytest.raises(Conflict, match="may be asked to judge"):
            set_(response, version, amy)
        Batch.objects.filter(pk=batch.pk).update(state="closed")
        assert set_(response, version, amy)


class TestTakingSettledAnswers:
    @pytest.fixture
    def closed(self, project, version, response, ana, ben):
        """Both experts say that the policy is cited; ana says why."""
        batch = factories.batch(version, [response], state="closed", overlap=2)
        for slot, person in enumerate((ana, ben), start=1):
            factories.rating(factories.seat(batch, response, person, slot), {"cites_policy": 1})
        return batch

    def take(self, version, response, batch, amy):
        return practice.take_settled(version, response.pk, "cites_policy", batch, by=amy)

    def test_one_answer_of_all_experts(self, version, response, closed, amy):
        made = self.take(version, response, closed, amy)
        assert (made.value, made.source, made.batch) == (1, "agreed", closed)
        assert made.explanation == "All 2 experts said so."
        assert self.take(version, response, closed, amy) == made

    def test_a_ruling_with_its_note(self, project, version, response, closed, amy):
        judge = factories.member(project, "judge")
        criterion = version.criteria.get(key="cites_policy")
        factories.ruling(
            closed, response, criterion, 0, judge, note="Paragraph 4 is about kettles."
        )
        made = self.take(version, response, closed, amy)
        assert (made.value, made.source) == (0, "adjudicated")
        assert made.explanation == "Paragraph 4 is about kettles."

    def test_the_reason_is_one_for_the_answer(self, project, version, amy, ana, ben):
        """What was said for the opposite at second sight, or before ruling, is no reason for it."""
        response = factories.response(factories.item(project))
        batch = factories.batch(version, [response], state="closed", overlap=2)
        judge = factories.member(project, "judge", "adjudicator")
        seats = [factories.seat(batch, response, ana, 1), factories.seat(batch, response, ben, 2)]
        factories.rating(seats[0], {"cites_policy": 1}, why="Names it.")
        factories.rating(seats[1], {"cites_policy": 1})
        again = factories.seat(batch, response, ana, 3, round=2, purpose="repeat")
        factories.rating(again, {"cites_policy": 1}, why="At second sight it does after all.")
        blind = factories.adjudicator_seat(batch, response, judge)
        factories.rating(blind, {"cites_policy": 0}, why="Read alone, it names no paragraph.")
        made = self.take(version, response, batch, amy)
        assert (made.value, made.source, made.explanation) == (1, "agreed", "Names it.")

    def test_an_open_batch_settles_nothing_yet(self, version, response, amy):
        batch = factories.batch(version, [response], name="Open")
        with pytest.raises(Conflict, match="not closed"):
            self.take(version, response, batch, amy)

    def test_one_expert_asked_twice_settles_nothing(self, project, version, ana, amy):
        response = factories.response(factories.item(project))
        batch = factories.batch(version, [response], state="closed", overlap=1)
        factories.rating(factories.seat(batch, response, ana), {"cites_policy": 1})
        again = factories.seat(batch, response, ana, 2, round=2, purpose="repeat")
        factories.rating(again, {"cites_policy": 1})
        with pytest.raises(Conflict):
            self.take(version, response, batch, amy)


class TestFiles:
    def told(self, response: Response, value="1", line=1, criterion="cites_policy", why="Says so."):
        return Told(f"line {line}", response.external_id, criterion, value, why)

    def test_new_ones_and_those_there_were(self, response, version, amy):
        told = [self.told(response), self.told(response, "0", 2, "polite")]
        assert practice.import_known(version, told, by=amy) == (2, 0)
        assert practice.import_known(version, told, by=amy) == (0, 2)
        assert set(GoldAnswer.objects.values_list("source", "by")) == {("imported", amy.pk)}

    def test_a_file_of_many_takes_as_many_queries_as_a_file_of_one(self, project, version, amy):
        # The criteria of a published version are kept once they were read.
        criteria_of(version)
        counts = []
        for count in (1, 20):
            at = [factories.response(factories.item(project)) for _ in range(count)]
            told = [self.told(one, line=line) for line, one in enumerate(at, start=1)]
            with CaptureQueriesContext(connection) as asked:
                assert practice.import_known(version, told, by=amy) == (count, 0)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_a_change_is_the_next_revision_there_too(self, response, version, amy):
        practice.import_known(version, [self.told(response)], by=amy)
        practice.withdraw_known(GoldAnswer.objects.get(), "Nobody can tell.", by=amy)
        assert practice.import_known(version, [self.told(response, "0")], by=amy) == (1, 0)
        rows = GoldAnswer.objects.order_by("revision").values_list("revision", "value")
        assert list(rows) == [(1, 1), (2, None), (3, 0)]

    def test_nothing_of_what_waits_for_its_author(self, project, version, amy):
        at = [factories.response(factories.item(project)) for _ in range(2)]
        factories.member(project, "amy", "expert")
        factories.batch(version, [at[1]])
        told = [self.told(one, line=line) for line, one in enumerate(at, start=1)]
        with pytest.raises(Conflict, match=r"line 2: you may be asked to judge this response"):
            practice.import_known(version, told, by=amy)
        assert not GoldAnswer.objects.exists()

    def test_all_or_nothing_with_every_fault(self, response, version, amy):
        told = [
            self.told(response),
            self.told(response, "7", 2, "polite"),
            Told("line 3", "nowhere", "cites_policy", "1", "Says so."),
            self.told(response, "1", 4, "kind"),
            self.told(response, "0", 5),
            self.told(response, "0", 6, "polite", ""),
        ]
        with pytest.raises(Problems) as caught:
            practice.import_known(version, told, by=amy)
        places = [one.where for one in caught.value.problems]
        assert places == [
            "line 2, value",
            "line 3, response_id",
            "line 4, criterion",
            "line 5",
            "line 6, explanation",
            "line 6",
        ]
        assert not GoldAnswer.objects.exists()


class TestWhoReadsThem:
    def test_authors_do_and_experts_do_not(self, response, version, amy, ana, dan):
        factories.gold(response, version)
        counts = [GoldAnswer.objects.visible_to(one).count() for one in (amy, ana, dan)]
        assert counts == [1, 0, 0]

    def test_an_author_who_may_get_the_response_reads_it_afterwards(
        self, project, response, version, amy
    ):
        factories.member(project, "amy", "expert")
        factories.gold(response, version)
        batch = factories.batch(version, [response])
        assert not GoldAnswer.objects.visible_to(amy).exists()
        factories.seat(batch, response, amy)
        assert GoldAnswer.objects.visible_to(amy).exists()


class TestSeals:
    @pytest.mark.parametrize("change", ["value = 0", "explanation = 'x'", "revision = 5"])
    def test_a_revision_is_a_fact(self, raw, refused, response, version, change):
        made = factories.gold(response, version)
        with refused("goldanswer_is_a_fact"):
            raw(f"update labeling_goldanswer set {change} where id = %s", made.pk)

    def test_it_is_not_deleted(self, raw, refused, response, version):
        factories.gold(response, version)
        with refused("permission denied"):
            raw("delete from labeling_goldanswer")

    @pytest.mark.parametrize(
        ("revision", "value", "rule"),
        [
            (1, 2, "goldanswer_on_scale"),
            (2, 1, "goldanswer_next_revision"),
            (1, None, "goldanswer_next_revision"),
        ],
    )
    def test_it_is_a_value_and_the_next_one(
        self, raw, refused, project, response, lineage, revision, value, rule
    ):
        with refused(rule):
            raw(INSERT, project.pk, response.pk, lineage, revision, value)

    def test_nothing_crosses_a_project(self, raw, refused, project, lineage, dan):
        other = dan.memberships.get().project
        foreign = factories.response(factories.item(other))
        with refused("goldanswer_response_same_project"):
            raw(INSERT, project.pk, foreign.pk, lineage, 1, 1)
        with refused("goldanswer_on_scale"):
            raw(INSERT, other.pk, foreign.pk, lineage, 1, 1)

    def test_the_rubric_of_one_item_knows_nothing_of_another(self, raw, refused, project, response):
        owner = factories.item(project, "case-2")
        own = factories.rubric(project, "case-2")
        own.item = owner
        own.save(update_fields=["item"])
        draft = factories.draft(project, rubric_=own)
        criterion = factories.criterion(draft)
        factories.publish(draft)
        with refused("goldanswer_of_its_response"):
            raw(INSERT, project.pk, response.pk, criterion.lineage_id, 1, 1)

    def test_a_draft_has_none(self, raw, refused, project, response):
        criterion = factories.criterion(factories.draft(project))
        with refused("goldanswer_on_scale"):
            raw(INSERT, project.pk, response.pk, criterion.lineage_id, 1, 1)

    def test_it_says_why(self, response, version):
        with pytest.raises(IntegrityError, match="has_explanation"), transaction.atomic():
            factories.gold(response, version, explanation="")

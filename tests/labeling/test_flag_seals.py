"""Flags, their answers and worked examples, tried from raw SQL as the application's role."""

import pytest

from labeling.models import FlagAnswer, WorkedExample
from tests import factories

ANSWER = (
    "insert into labeling_flaganswer (project_id, flag_id, act, text, criterion_key, into_id,"
    " number, version_id) values (%s, %s, %s, %s, %s, %s, %s, %s); set constraints all immediate"
)
EXAMPLE = (
    "insert into labeling_workedexample (project_id, version_id, response_id, lineage_id,"
    " batch_id, position, source, value, extract, reason)"
    " values (%s, %s, %s, %s, %s, 0, 'agreement', %s, %s, ''); set constraints all immediate"
)


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def batch(project, version):
    responses = [factories.response(factories.item(project)) for _ in range(2)]
    return factories.batch(version, responses, state="closed")


@pytest.fixture
def seat(batch, ana):
    return factories.seat(batch, batch.queue.first().response, ana)


@pytest.fixture
def flag(seat):
    return factories.flag(seat)


@pytest.fixture
def foreign(dan, ana):
    """A seat and a flag in another project, under another rubric."""
    other = dan.memberships.get().project
    response = factories.response(factories.item(other))
    return factories.flag(
        factories.seat(factories.batch(factories.published(other), [response]), response, ana)
    )


class TestFlagsAreFacts:
    @pytest.mark.parametrize("change", ["text = 'other'", "kind = 'item'", "by_id = 1"])
    def test_a_flag_cannot_be_changed(self, raw, refused, flag, change):
        with refused("flag_is_a_fact"):
            raw(f"update labeling_flag set {change} where id = %s", flag.pk)

    def test_an_answer_cannot_be_changed(self, raw, refused, project, flag):
        FlagAnswer.objects.create(project=project, flag=flag, act="answered", text="Thank you.")
        with refused("flaganswer_is_a_fact"):
            raw("update labeling_flaganswer set text = 'other'")

    @pytest.mark.parametrize("table", ["flag", "flaganswer"])
    def test_they_cannot_be_deleted(self, raw, refused, flag, table):
        with refused("permission denied"):
            raw(f"delete from labeling_{table}")

    @pytest.mark.parametrize(
        ("column", "rule"),
        [
            ("rubric_version_id", "flag_version_same_project|flag_criterion_of_its_version"),
            ("batch_id", "flag_batch_same_project|flag_of_its_seat"),
            ("response_id", "flag_response_same_project|flag_of_its_seat"),
            ("assignment_id", "flag_of_its_seat"),
        ],
    )
    def test_it_stays_in_its_project(self, raw, refused, flag, foreign, column, rule):
        columns = (
            "project_id, batch_id, assignment_id, rubric_version_id, response_id, by_id, kind, text"
        )
        taken = columns.replace(column, f"(select {column} from labeling_flag where id = %s)")
        with refused(rule):
            raw(
                f"insert into labeling_flag ({columns}) select {taken} from labeling_flag"
                " where id = %s; set constraints all immediate",
                *(foreign.pk, flag.pk),
            )

    def test_it_is_raised_by_the_one_in_the_seat(self, raw, refused, flag, ben):
        with refused("flag_of_its_seat"):
            raw(
                "insert into labeling_flag (project_id, batch_id, assignment_id,"
                " rubric_version_id, response_id, by_id, kind, text) select project_id, batch_id,"
                " assignment_id, rubric_version_id, response_id, %s, kind, text from labeling_flag;"
                " set constraints all immediate",
                ben.pk,
            )


class TestAnswers:
    @pytest.fixture
    def answer(self, raw, project, flag):
        def insert(act, text="", key="", into=None, number=None, version=None):
            raw(ANSWER, project.pk, flag.pk, act, text, key, into, number, version)

        return insert

    @pytest.mark.parametrize(
        ("act", "rule"),
        [
            ("answered", "flaganswer_has_words"),
            ("out_of_scope", "flaganswer_has_words"),
            ("mapped", "flaganswer_names_its_criterion"),
            ("merged", "flaganswer_into_when_merged"),
            ("taken", "flaganswer_number_when_taken"),
            ("settled", "flaganswer_version_when_settled"),
        ],
    )
    def test_each_says_what_belongs_to_it(self, refused, answer, act, rule):
        with refused(rule):
            answer(act)

    def test_a_flag_is_not_merged_into_itself(self, refused, answer, flag):
        with refused("flaganswer_within_its_rubric"):
            answer("merged", into=flag.pk)

    def test_nor_into_one_of_another_project(self, refused, answer, foreign):
        with refused("flaganswer_within_its_rubric"):
            answer("merged", into=foreign.pk)

    def test_a_draft_settles_nothing(self, refused, answer, project, version):
        with refused("flaganswer_within_its_rubric"):
            answer("settled", version=factories.draft(project, 2, version.rubric).pk)

    def test_nor_does_another_rubrics_version(self, refused, answer, project):
        tone = factories.draft(project, 1, factories.rubric(project, "tone"))
        factories.criterion(tone, "calm")
        with refused("flaganswer_within_its_rubric"):
            answer("settled", version=factories.publish(tone).pk)


class TestWorkedExamples:
    @pytest.fixture
    def draft(self, project, version):
        made = factories.draft(project, 2, version.rubric)
        factories.criterion(made, "polite", lineage=version.criteria.get(key="polite"))
        return made

    @pytest.fixture
    def example(self, raw, project, version, draft, batch, seat):
        def insert(**other):
            told = {
                "version": draft.pk,
                "response": seat.response_id,
                "lineage": version.criteria.get(key="polite").pk,
                "batch": batch.pk,
                "value": 1,
                "extract": "within 30 days",
            } | other
            raw(EXAMPLE, project.pk, *told.values())
            return WorkedExample.objects.latest("pk")

        return insert

    def test_it_is_taken_from_a_closed_batch(self, example):
        assert example().value == 1

    def test_a_published_version_takes_none(self, refused, example, version):
        with refused("workedexample_sealed"):
            example(version=version.pk)

    @pytest.mark.parametrize(
        "sql",
        [
            "update labeling_workedexample set reason = 'other'",
            "update labeling_workedexample set value = 0",
            "delete from labeling_workedexample",
        ],
    )
    def test_it_is_sealed_with_its_version(self, raw, refused, example, draft, sql):
        example()
        factories.publish(draft)
        with refused("workedexample_sealed"):
            raw(sql)

    def test_a_value_of_its_scale(self, refused, example):
        with refused("workedexample_on_scale"):
            example(value=7)

    def test_a_criterion_of_its_rubric(self, refused, example, project):
        tone = factories.draft(project, 1, factories.rubric(project, "tone"))
        with refused("workedexample_on_scale"):
            example(lineage=factories.criterion(tone, "calm").pk)

    def test_a_quote_that_stands_there(self, refused, example):
        with refused("workedexample_quotes_its_response"):
            example(extract="within 90 days")

    def test_a_withheld_text_is_not_quoted(self, refused, example, project):
        hidden = factories.response(factories.item(project), withheld="Copyright.")
        with refused("workedexample_quotes_its_response"):
            example(response=hidden.pk)

    @pytest.mark.parametrize("state", ["open", "paused"])
    def test_a_batch_that_is_not_closed(self, refused, example, project, version, state):
        response = factories.response(factories.item(project))
        batch = factories.batch(version, [response], state=state)
        with refused("workedexample_not_being_rated"):
            example(response=response.pk, batch=batch.pk)

    def test_a_response_that_is_rated_again_elsewhere(self, refused, example, version, seat):
        factories.batch(version, [seat.response], name="Again")
        with refused("workedexample_not_being_rated"):
            example()

    def test_what_is_published_is_carried_on(self, example, project, version, draft, seat):
        example()
        factories.publish(draft)
        third = factories.draft(project, 3, version.rubric)
        factories.batch(version, [seat.response], name="Again")
        assert example(version=third.pk).version == third

    def test_another_projects_response(self, refused, example, foreign):
        with refused("workedexample_not_being_rated|workedexample_response_same_project"):
            example(response=foreign.response_id)

    def test_a_version_explains_its_own_criteria_only(self, refused, example, version, draft):
        example(lineage=version.criteria.get(key="cites_policy").pk)
        with refused("workedexample_of_its_criteria"):
            factories.publish(draft)

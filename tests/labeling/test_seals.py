"""Each rule of the domain model, tried from raw SQL as the application's role."""

import threading

import psycopg
import pytest

from labeling.models import Batch, Rating, Score
from tests import factories
from tests.conftest import application_connection


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def seat(project, version, ana):
    response = factories.response(factories.item(project))
    return factories.seat(factories.batch(version, [response]), response, ana)


@pytest.fixture
def rating(seat):
    return factories.rating(seat, {"cites_policy": 1, "polite": 0})


class TestTwoProjectsNeverMix:
    @pytest.fixture
    def foreign(self, dan):
        return factories.response(factories.item(dan.memberships.get().project))

    def test_response_of_another_projects_item(self, raw, refused, project, foreign):
        model = factories.generator(project)
        with refused("response_item_same_project"):
            raw(
                "insert into labeling_response (project_id, item_id, generator_id, index,"
                " external_id, messages, output, metadata, content_hash)"
                " values (%s, %s, %s, 9, 'x', '[]', 'x', '{}', 'x'); set constraints all immediate",
                *(project.pk, foreign.item_id, model.pk),
            )

    def test_seat_at_another_projects_response(self, raw, refused, seat, foreign):
        with refused("assignment_sealed"):
            raw(
                "update labeling_assignment set response_id = %s where id = %s",
                *(foreign.pk, seat.pk),
            )

    def test_queue_entry_for_another_projects_response(self, raw, refused, seat, foreign):
        with refused("queueentry_response_same_project"):
            raw(
                "insert into labeling_queueentry"
                " (project_id, batch_id, response_id, key, taken, overlap)"
                " values (%s, %s, %s, 99, 0, 1)",
                *(seat.project_id, seat.batch_id, foreign.pk),
            )

    def test_batch_under_another_projects_rubric(self, raw, refused, seat, dan):
        theirs = factories.published(dan.memberships.get().project)
        with refused("batch_rubric_same_project"):
            raw(
                "update labeling_batch set rubric_version_id = %s where id = %s",
                *(theirs.pk, seat.batch_id),
            )

    def test_batch_moved_to_another_project(self, raw, refused, seat, dan):
        with refused("batch_watermark_rises"):
            raw(
                "update labeling_batch set project_id = %s where id = %s",
                *(dan.memberships.get().project_id, seat.batch_id),
            )


class TestSealedVersions:
    @pytest.mark.parametrize(
        "change",
        [
            "title = 'other'",
            "guidelines = 'other'",
            "status = 'draft'",
            "number = 7",
            "content_hash = 'other'",
            "published_at = now()",
        ],
    )
    def test_a_published_version_cannot_be_edited(self, raw, refused, version, change):
        with refused("rubricversion_sealed"):
            raw(f"update labeling_rubricversion set {change} where id = %s", version.pk)

    def test_a_published_version_may_be_retired(self, raw, version):
        raw("update labeling_rubricversion set status = 'retired' where id = %s", version.pk)
        version.refresh_from_db()
        assert version.status == "retired"

    def test_it_cannot_be_deleted(self, raw, refused, version):
        with refused("criterion_sealed|rubricversion_sealed"):
            raw("delete from labeling_rubricversion where id = %s", version.pk)

    @pytest.mark.parametrize(
        "sql",
        [
            "update labeling_criterion set criterion = 'other' where version_id = %s",
            "update labeling_criterion set points = 9 where version_id = %s",
            "delete from labeling_criterion where version_id = %s",
        ],
    )
    def test_its_criteria_are_sealed(self, raw, refused, version, sql):
        with refused("criterion_sealed|foreign key"):
            raw(sql, version.pk)

    def test_no_criterion_can_be_added(self, refused, version):
        with refused("criterion_sealed"):
            factories.criterion(version, "late")

    def test_no_criterion_can_be_moved_in(self, raw, refused, project, version):
        moved = factories.criterion(factories.draft(project, 2, version.rubric), "moved")
        with refused("criterion_sealed"):
            raw(
                "update labeling_criterion set version_id = %s where id = %s",
                *(version.pk, moved.pk),
            )

    @pytest.mark.parametrize("change", ["anchor = 'other'", "credit = 0.5", "value = 7"])
    def test_its_levels_are_sealed(self, raw, refused, version, change):
        with refused("level_sealed"):
            raw(
                f"update labeling_level set {change} where criterion_id in"
                " (select id from labeling_criterion where version_id = %s)",
                version.pk,
            )

    def test_only_one_draft(self, refused, project):
        rubric = factories.draft(project).rubric
        with refused("rubricversion_one_draft"):
            factories.draft(project, 2, rubric)

    def test_published_needs_its_hashes(self, raw, refused, project):
        with refused("rubricversion_sealed_has_hash"):
            raw(
                "update labeling_rubricversion set status = 'published' where id = %s",
                factories.draft(project).pk,
            )


class TestLineage:
    def test_a_criterion_starts_its_own(self, version):
        for criterion in version.criteria.all():
            assert criterion.lineage_id == criterion.pk

    def test_it_carries_on_within_the_rubric_and_scale(self, project, version):
        first = version.criteria.get(key="polite")
        second = factories.draft(project, 2, version.rubric)
        carried = factories.criterion(second, "polite", lineage=first)
        assert carried.lineage_id == first.pk

    def test_another_scale_cannot_carry_on(self, refused, project, version):
        first = version.criteria.get(key="polite")
        second = factories.draft(project, 2, version.rubric)
        with refused("criterion_lineage_same_scale"):
            factories.criterion(second, "polite", lineage=first, scale="ordinal")

    def test_another_rubric_cannot_carry_on(self, refused, project, version):
        first = version.criteria.get(key="polite")
        other = factories.draft(project, 1, factories.rubric(project, "tone"))
        with refused("criterion_lineage_same_scale"):
            factories.criterion(other, "polite", lineage=first)

    def test_other_levels_cannot_carry_on(self, raw, refused, project, version):
        first = version.criteria.get(key="polite")
        second = factories.draft(project, 2, version.rubric)
        carried = factories.criterion(second, "polite", lineage=first)
        raw("update labeling_level set value = 2 where criterion_id = %s and value = 1", carried.pk)
        with refused("criterion_lineage_same_levels"):
            factories.publish(second)


class TestFacts:
    @pytest.mark.parametrize("table", ["item", "generator", "response"])
    def test_they_cannot_be_changed(self, raw, refused, rating, table):
        with refused(f"{table}_is_a_fact"):
            raw(
                f"update labeling_{table} set metadata = '{{}}'"
                if table != "generator"
                else "update labeling_generator set name = 'other'"
            )

    @pytest.mark.parametrize("table", ["item", "response", "rating", "score"])
    def test_they_cannot_be_deleted(self, raw, refused, rating, table):
        with refused("permission denied"):
            raw(f"delete from labeling_{table}")

    def test_the_application_cannot_truncate(self, raw, refused, rating):
        with refused("permission denied"):
            raw("truncate labeling_score")

    @pytest.mark.parametrize(
        "sql",
        [
            "alter table labeling_score disable trigger all",
            "drop trigger score_sealed on labeling_score",
            "set session_replication_role = replica",
            "create or replace function labeling_seal_score() returns trigger language plpgsql"
            " as $$ begin return new; end $$",
        ],
    )
    def test_the_application_cannot_switch_triggers_off(self, raw, refused, rating, sql):
        with refused("permission denied|must be owner"):
            raw(sql)

    @pytest.mark.parametrize(
        "change", ["value = 0", "level_id = null", "answer = 'NA'", "rationale = 'other'"]
    )
    def test_a_score_cannot_be_changed(self, raw, refused, rating, change):
        with refused("score_sealed"):
            raw(f"update labeling_score set {change} where rating_id = %s", rating.pk)

    @pytest.mark.parametrize("change", ["withdrawn = true", "active_ms = 1", "revision = 5"])
    def test_a_rating_cannot_be_changed(self, raw, refused, rating, change):
        with refused("rating_sealed"):
            raw(f"update labeling_rating set {change} where id = %s", rating.pk)

    def test_a_rating_is_excluded_once_and_for_good(self, raw, refused, rating):
        exclude = (
            "update labeling_rating set excluded_reason = %s,"
            " excluded_seq = nextval(pg_get_serial_sequence('labeling_rating', 'id'))"
            " where id = %s"
        )
        raw(exclude, "rated the wrong account", rating.pk)
        with refused("rating_sealed"):
            raw(exclude, "another reason", rating.pk)


class TestSeats:
    def test_a_slot_is_taken_once(self, refused, seat, ben):
        with refused("assignment_slot_once"):
            factories.seat(seat.batch, seat.response, ben, slot=1)

    def test_a_slot_lies_within_the_overlap(self, refused, seat, ben):
        with refused("assignment_slot_within_overlap"):
            factories.seat(seat.batch, seat.response, ben, slot=4)

    def test_one_expert_rates_a_response_once(self, refused, seat, ana):
        with refused("assignment_rater_once"):
            factories.seat(seat.batch, seat.response, ana, slot=2)

    def test_a_seat_keeps_its_rater(self, raw, refused, seat, ben):
        with refused("assignment_sealed"):
            raw("update labeling_assignment set rater_id = %s where id = %s", ben.pk, seat.pk)

    def test_no_more_seats_than_the_overlap(self, raw, refused, seat):
        with refused("queueentry_taken_within_overlap"):
            raw("update labeling_queueentry set taken = 4")

    def test_one_submission_is_one_rating(self, refused, rating):
        with refused("labeling_rating_submission_id"):
            Rating.objects.create(
                project=rating.project,
                batch=rating.batch,
                assignment=rating.assignment,
                rubric_version=rating.rubric_version,
                revision=2,
                submission_id=rating.submission_id,
                payload_hash="x",
            )

    def test_one_current_score_per_criterion(self, refused, rating, seat):
        with refused("score_one_current"):
            factories.rating(seat, {"polite": 1}, revision=2)


class TestScoresOnTheirScale:
    def insert(self, raw, rating, criterion, value, level=None):
        raw(
            "insert into labeling_score (rating_id, assignment_id, batch_id, response_id, rater_id,"
            " criterion_id, lineage_id, answer, value, level_id, rationale, evidence)"
            " values (%s, %s, %s, %s, %s, %s, %s, 'scored', %s, %s, '', '[]')",
            *(rating.pk, rating.assignment_id, rating.batch_id, rating.assignment.response_id),
            *(rating.assignment.rater_id, criterion.pk, criterion.lineage_id, value, level),
        )

    def test_a_value_without_its_level(self, raw, refused, seat, version):
        rating = factories.rating(seat, {})
        with refused("score_on_scale"):
            self.insert(raw, rating, version.criteria.get(key="polite"), 1)

    def test_a_level_of_another_criterion(self, raw, refused, seat, version):
        rating = factories.rating(seat, {})
        polite, cites = version.criteria.get(key="polite"), version.criteria.get(key="cites_policy")
        with refused("score_level_of_its_criterion"):
            self.insert(raw, rating, polite, 1, cites.levels.get(value=1).pk)

    def test_a_value_that_is_not_its_levels(self, raw, refused, seat, version):
        rating = factories.rating(seat, {})
        polite = version.criteria.get(key="polite")
        with refused("score_on_scale"):
            self.insert(raw, rating, polite, 5, polite.levels.get(value=1).pk)

    @pytest.mark.parametrize("value", [-1, 101, 50.5])
    def test_an_interval_has_bounds_and_steps(self, raw, refused, project, ana, value):
        draft = factories.draft(project)
        share = factories.criterion(
            draft, "share", scale="interval", minimum=0, maximum=100, step=1
        )
        response = factories.response(factories.item(project))
        batch = factories.batch(factories.publish(draft), [response])
        rating = factories.rating(factories.seat(batch, response, ana), {})
        with refused("score_on_scale"):
            self.insert(raw, rating, share, value)

    def test_a_criterion_of_another_version(self, raw, refused, project, seat, version):
        rating = factories.rating(seat, {})
        second = factories.draft(project, 2, version.rubric)
        other = factories.criterion(second, "polite")
        with refused("score_on_scale"):
            self.insert(raw, rating, other, 1, other.levels.get(value=1).pk)

    @pytest.mark.parametrize("purpose", ["late", "gold", "repeat", "adaptive"])
    def test_only_a_seat_of_fixed_overlap_counts(self, raw, refused, seat, version, ben, purpose):
        late = factories.seat(seat.batch, seat.response, ben, slot=None, purpose=purpose)
        rating = factories.rating(late, {})
        polite = version.criteria.get(key="polite")
        with refused("score_counted_when_fixed"):
            self.insert(raw, rating, polite, 1, polite.levels.get(value=1).pk)

    def test_a_fixed_seat_is_not_left_out(self, refused, seat, version):
        rating = factories.rating(seat, {})
        polite = version.criteria.get(key="polite")
        with refused("score_counted_when_fixed"):
            Score.objects.create(
                rating=rating,
                assignment=seat,
                batch=seat.batch,
                response=seat.response,
                rater=seat.rater,
                criterion=polite,
                lineage_id=polite.lineage_id,
                value=1,
                level=polite.levels.get(value=1),
                counted=False,
            )

    def test_a_withdrawal_has_no_scores(self, raw, refused, seat, version):
        rating = factories.rating(seat, {}, withdrawn=True)
        polite = version.criteria.get(key="polite")
        with refused("score_counted_when_fixed"):
            self.insert(raw, rating, polite, 1, polite.levels.get(value=1).pk)


@pytest.mark.django_db(transaction=True)
class TestWatermark:
    """A run freezes "all ratings up to W"; nothing may appear behind W afterwards."""

    INSERT = (
        "insert into labeling_rating (id, project_id, batch_id, assignment_id, rubric_version_id,"
        " revision, submission_id, payload_hash, withdrawn, shown_order)"
        " select coalesce(%(id)s, nextval(pg_get_serial_sequence('labeling_rating', 'id'))),"
        " a.project_id, a.batch_id, a.id, b.rubric_version_id, 1, gen_random_uuid(), 'x', false,"
        " '[]' from labeling_assignment a join labeling_batch b on b.id = a.batch_id"
        " where a.id = %(seat)s returning id"
    )

    def test_a_rating_cannot_land_behind_it(self, seat):
        Batch.objects.filter(pk=seat.batch_id).update(watermark=1000)
        with (
            application_connection() as late,
            pytest.raises(psycopg.errors.CheckViolation, match="behind a watermark"),
        ):
            late.execute(self.INSERT, {"seat": seat.pk, "id": 1000})

    def test_freezing_waits_for_a_transaction_that_has_drawn_its_id(self, seat):
        with application_connection() as slow, application_connection() as run:
            slow.execute("begin")
            (drawn,) = slow.execute(self.INSERT, {"seat": seat.pk, "id": None}).fetchone()
            frozen = []

            def freeze() -> None:
                run.execute("begin")
                run.execute("select pg_advisory_xact_lock(7201, %s)", [seat.batch_id])
                frozen.append(run.execute("select max(id) from labeling_rating").fetchone()[0])
                run.execute("commit")

            thread = threading.Thread(target=freeze)
            thread.start()
            thread.join(0.3)
            assert thread.is_alive(), "the run must wait for the open rating"
            slow.execute("commit")
            thread.join(5)
            assert frozen == [drawn]

    def test_it_cannot_fall(self, raw, refused, seat):
        Batch.objects.filter(pk=seat.batch_id).update(watermark=7)
        with refused("batch_watermark_rises"):
            raw("update labeling_batch set watermark = 6 where id = %s", seat.batch_id)

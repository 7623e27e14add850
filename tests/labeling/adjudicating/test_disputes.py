"""What stands in the adjudicators' queue, how bad it is, and what keeps it up to date."""

from decimal import Decimal

import pytest

from labeling import adjudicating, rating
from labeling.models import Dispute, DisputeMark, Level
from tests import factories
from tests.labeling.adjudicating.scene import scene


def severity(made, at):
    return Dispute.objects.get(response=made.responses[at]).severity


def rubric(project, **criteria):
    """A version with the criteria given by their fields."""
    version = factories.draft(project)
    for key, fields in criteria.items():
        levels = fields.pop("levels", ())
        one = factories.criterion(version, key, **fields)
        for position, value in enumerate(levels):
            Level.objects.create(
                criterion=one, position=position, value=value, label=f"Level {value}"
            )
    return factories.publish(version)


def test_only_what_experts_differ_on_waits(project, judy):
    made = scene(project, "11 11 11", "11 01 11", "10 10 10")
    assert made.waiting(judy) == [1]
    dispute = Dispute.objects.get()
    cites = made.version.criteria.get(key="cites_policy")
    assert (dispute.lineages, dispute.minority, dispute.ruled) == ([cites.lineage_id], [], False)


def test_the_worst_come_first(project, judy):
    # pairs that differ on one criterion: 2 of 3; on both: 2 of 3 twice; a response all agree on
    made = scene(project, "11 01 11", "00 11 11", "11 11 11")
    assert made.waiting(judy) == [1, 0]
    assert (severity(made, 1), severity(made, 0)) == (1_333_334, 666_667)


def test_a_gate_weighs_more_than_points_and_points_more_than_none(project, judy):
    version = rubric(
        project,
        gate={"gate": True, "pass_at": Decimal(1), "points": Decimal(1)},
        heavy={"points": Decimal(4)},
        light={"points": Decimal(1)},
        apart={"points": None},
    )
    made = scene(project, "1111 1011", "1111 0111", "1111 1110", "1111 1101", version=version)
    # two experts who differ are 1 apart; 2 for the gate, 0.5 + 0.5 * 4/4, 0.5 + 0.5 * 1/4, 0.25
    assert made.waiting(judy) == [1, 0, 3, 2]
    assert [severity(made, at) for at in (1, 0, 3, 2)] == [2_000_000, 1_000_000, 625_000, 250_000]


def test_on_an_ordered_scale_distance_counts(project, judy):
    version = rubric(project, tone={"scale": "ordinal", "levels": (1, 2, 3, 4, 5)})
    made = scene(project, "1 5", "3 4", version=version)
    assert made.waiting(judy) == [0, 1]
    # the whole range; (4 - 3)^2 / 4^2
    assert (severity(made, 0), severity(made, 1)) == (1_000_000, 62_500)


def test_does_not_apply_differs_in_full_and_cannot_assess_is_no_answer(project, judy):
    version = rubric(project, tone={"scale": "ordinal", "levels": (1, 2, 3), "allow_na": True})
    made = scene(project, "1 n", "2 -", version=version)
    assert made.waiting(judy) == [0]
    assert severity(made, 0) == 1_000_000


class TestIntervals:
    @pytest.fixture
    def version(self, project):
        scale = {"scale": "interval", "minimum": Decimal(0), "maximum": Decimal(8)}
        return rubric(project, overall=scale)

    def test_a_spread_within_a_quarter_of_the_range_is_no_dispute(self, project, judy, version):
        made = scene(project, "3 5 4", "3 6 4", version=version)
        assert made.waiting(judy) == [1]

    def test_but_one_against_all_with_a_reason_is(self, project, judy, version):
        made = scene(project, "3 3 3", "3 3 3", version=version)
        other = scene(project, "3 3", name="Second", version=version)
        other.experts.append(factories.member(project, "zoe", "expert"))
        other.batch.overlap = 3
        other.batch.save()
        other.rate(0, 2, "4", why="It leaves the deadline out.")
        other.measured()
        assert made.waiting(judy) == []
        assert other.waiting(judy) == [0]
        assert Dispute.objects.get(batch=other.batch).minority == [
            version.criteria.get().lineage_id
        ]


class TestMinority:
    def stage(self, project, why, alone="01", **fields):
        made = scene(project, "11 11 11 11 11 11 11 11 11", **fields)
        made.experts.append(factories.member(project, "zoe", "expert"))
        made.batch.overlap = 10
        made.batch.save()
        made.rate(0, 9, alone, why)
        made.measured()
        return made

    def test_one_of_ten_with_a_reason_is_in_the_queue_and_marked(self, project, judy):
        made = self.stage(project, "The policy says 14 days.")
        assert made.waiting(judy) == [0]
        assert made.waiting(judy, why="minority") == [0]

    def test_without_a_reason_it_waits_unmarked(self, project, judy):
        made = self.stage(project, "  ")
        assert made.waiting(judy) == [0]
        assert made.waiting(judy, why="minority") == []

    @pytest.mark.parametrize(("expertise", "marked"), [(["law"], [0]), ([], [])])
    def test_two_against_two_are_a_minority_only_where_expertise_is_asked_for(
        self, project, judy, expertise, marked
    ):
        version = rubric(project, law={"expertise": expertise}, tone={})
        made = scene(project, "11 11 01", "11 11 11", version=version)
        Dispute.objects.all().delete()
        DisputeMark.objects.all().delete()
        made.experts.append(factories.member(project, "zoe", "expert"))
        made.batch.overlap = 4
        made.batch.save()
        # neither side is a majority, and this one says why
        made.rate(0, 3, "01", "Section 9 was repealed.")
        made.measured()
        assert made.waiting(judy) == [0]
        assert made.waiting(judy, why="minority") == marked


class TestKeepingUp:
    def test_nothing_new_is_nothing_to_do(self, project):
        made = scene(project, "11 01")
        assert adjudicating.refresh(made.batch) is True
        assert adjudicating.refresh(made.batch) is False

    def test_a_later_rating_makes_a_dispute_and_an_excluded_one_ends_it(self, project, judy, carol):
        made = scene(project, "11 11 11", "11 11 11", "11 01 11")
        assert made.waiting(judy) == [2]
        made.experts.append(factories.member(project, "zoe", "expert"))
        made.batch.overlap = 4
        made.batch.save()
        made.rate(1, 3, "01")
        assert made.waiting(judy) == [2], "not measured yet"
        made.measured()
        # 1 of 4 differs in 3 of 6 pairs, 1 of 3 in 2 of 3
        assert made.waiting(judy) == [2, 1]
        late = rating.Judged(made.batch, rater=made.experts[3], response=made.responses[1])
        assert rating.exclude(late, "A slip.", by=carol) == 1
        made.measured()
        assert made.waiting(judy) == [2]

    def test_adjudicators_own_ratings_are_no_answers_of_experts(self, project, judy):
        made = scene(project, "11 11", "11 01")
        blind = factories.adjudicator_seat(made.batch, made.responses[0], judy)
        factories.rating(blind, {"cites_policy": 0, "polite": 0})
        made.measured()
        assert Dispute.objects.count() == 0
        adjudicating.refresh(made.batch)
        assert Dispute.objects.get().response == made.responses[1]


class TestReady:
    def test_a_response_still_rated_does_not_wait_yet(self, project, judy):
        made = scene(project, "11 01", "11 01")
        made.batch.queue.filter(response=made.responses[0]).update(taken=1)
        assert made.waiting(judy) == [1]

    def test_nor_one_somebody_is_at(self, project, judy, ana):
        made = scene(project, "11 01")
        made.batch.overlap = 3
        made.batch.save()
        made.batch.queue.update(overlap=3, taken=3)
        factories.seat(
            made.batch, made.responses[0], ana, 3, state="leased", lease_until="2999-01-01T00:00Z"
        )
        assert made.waiting(judy) == []

    def test_in_a_closed_batch_nobody_rates_any_more(self, project, judy):
        made = scene(project, "11 01")
        made.batch.queue.update(taken=1)
        made.close()
        assert made.waiting(judy) == [0]


class TestWalking:
    def test_pages_go_on_where_the_last_one_ended(self, project, judy):
        made = scene(project, *["11 01"] * 4, "00 11", "11 11")
        adjudicating.refresh(made.batch)
        narrowed, seen, after = adjudicating.Narrowed(), [], None
        for _ in range(3):
            lines = adjudicating.disputed(made.batch, judy, narrowed, after=after, limit=2)[:2]
            seen += [line.response for line in lines]
            after = adjudicating.parse_key(str(lines[-1].key))
        first = made.responses[4].pk
        assert seen == [first, *(one.pk for one in made.responses[:4])]

    @pytest.mark.parametrize("text", ["", "1", "1-", "x-1", "-1-2", "1-2-3", "9" * 40 + "-1"])
    def test_what_is_no_key_is_none(self, text):
        assert adjudicating.parse_key(text) is None

    def test_filters(self, project, judy):
        made = scene(project, "11 01", "11 10")
        polite = made.version.criteria.get(key="polite")
        assert made.waiting(judy, lineage=polite.lineage_id) == [1]
        assert made.waiting(judy, why="gate") == []
        assert made.waiting(judy, state="in_work") == []
        assert made.waiting(judy, state="ruled") == []

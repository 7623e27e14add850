"""What a criterion asks beside the answer: kept with its version, refused by whoever is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection

from labeling import assigning, authoring, rating
from labeling.errors import Problems
from labeling.models import Assignment, Batch, Criterion, Project, Score
from labeling.revising import Change, compare
from labeling.spec import RubricSpec, parse_rubric
from tests import factories
from tests.labeling.loading import run_load, write_lines
from tests.labeling.rating.seats import drafted, opened, submit

STRICT = {
    "key": "cites",
    "name": "Cites the policy",
    "criterion": "Names the paragraph.",
    "points": 7**150,
    "weight_class": "essential",
    "allow_na": False,
    "allow_cannot_assess": False,
    "needs_rationale": True,
    "needs_evidence": True,
    "expertise": ["law"],
    "extra": {"autorubric": {"scale_type": "binary"}},
}
LOOSE = {"key": "tone", "criterion": "Is it kind?", "points": -2, "weight_class": "pitfall"}
WELL = {"value": "1", "rationale": "Names 4.2.", "evidence": ["see 4.2"]}


def spec() -> RubricSpec:
    criteria = [STRICT, LOOSE]
    return parse_rubric({"title": "Refunds", "criteria": criteria, "extra": {"source": "x"}})


@pytest.fixture
def seat(project: Project, ana) -> Assignment:
    version, _ = authoring.publish_spec(project, spec(), by=None)
    text = "Answer {}: **see 4.2**, within\n30 days or elsewhere."
    return assigning.claim_next(opened(project, version=version, text=text), ana)


def said(**cites: object) -> dict[str, dict[str, object]]:
    return {"cites": WELL | cites, "tone": {"value": "NA"}}


def problems(seat: Assignment, answers: object) -> list[str]:
    with pytest.raises(Problems) as caught:
        submit(seat, answers)
    return [str(problem) for problem in caught.value.problems]


def test_rows_keep_all_of_it_and_every_digit(seat):
    version = seat.batch.rubric_version
    connection.queries_log.clear()
    assert authoring.spec_of(type(version).objects.get(pk=version.pk)) == spec()
    again, new = authoring.publish_spec(version.project, spec(), by=None)
    assert (again, new) == (version, False)


def test_the_next_draft_begins_with_all_of_it(seat, carol):
    draft = authoring.draft_of(seat.batch.rubric_version.rubric, by=carol)
    assert authoring.spec_of(draft) == spec()
    saved = authoring.save_draft(draft, spec(), edit=0, by=carol)
    assert authoring.spec_of(saved) == spec()


def test_what_only_a_foreign_format_says_changes_nothing_for_the_expert():
    plain = parse_rubric({"title": "Refunds", "criteria": [{**STRICT, "extra": None}, LOOSE]})
    assert [one.changes for one in compare(spec(), plain).criteria] == [(Change.COSMETIC,), ()]
    other = parse_rubric({"title": "Refunds", "criteria": [{**STRICT, "allow_na": True}, LOOSE]})
    assert [one.changes for one in compare(spec(), other).criteria] == [(Change.WORDING,), ()]


class TestSubmitting:
    def test_reason_and_evidence_are_kept_each_passage_on_a_line(self, seat):
        made = submit(seat, said(evidence=" see 4.2 \n\nwithin\t30 days"))
        score = made.scores.get(criterion__key="cites")
        assert (score.rationale, score.evidence) == ("Names 4.2.", ["see 4.2", "within 30 days"])
        assert rating.answers_in(made)["cites"] == {
            "value": "1",
            "rationale": "Names 4.2.",
            "evidence": ["see 4.2", "within 30 days"],
        }

    @pytest.mark.parametrize(
        ("cites", "expected"),
        [
            (
                {"value": "NA"},
                "cites: NA is not an answer that this criterion takes;"
                " allowed are 0 (Not met), 1 (Met)",
            ),
            (
                {"value": "cannot_assess"},
                "cites: cannot_assess is not an answer that this criterion takes;"
                " allowed are 0 (Not met), 1 (Met)",
            ),
            (
                {"rationale": " \n"},
                "cites.rationale: “Cites the policy” needs a reason: say why",
            ),
            (
                {"evidence": ["", " "]},
                "cites.evidence: “Cites the policy” needs evidence:"
                " quote the passage of the response",
            ),
            ({"evidence": 5}, "cites.evidence: must be a list of texts, not a number"),
            ({"evidence": [5]}, "cites.evidence: must be a text, not a number"),
            ({"evidence": ["x"] * 101}, "cites.evidence: has 101 passages, at most 100 are kept"),
            (
                {"evidence": ["x" * 20_001]},
                "cites.evidence: has 20,001 characters, at most 20,000 are accepted",
            ),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_counted(self, seat, cites, expected):
        assert problems(seat, said(**cites)) == [expected]
        assert not Score.objects.exists()

    def test_a_draft_may_lack_it(self, seat, ana):
        kept = {"cites": {"value": "NA", "evidence": "half a quo"}}
        draft = rating.save_draft(seat, kept, edit=0, by=ana)
        assert drafted(draft) == kept
        with pytest.raises(Problems, match=r"cites\.evidence: must be a list of texts"):
            rating.save_draft(seat, {"cites": {"evidence": {}}}, edit=1, by=ana)

    def test_undone_it_comes_back_with_its_evidence(self, seat, ana):
        submit(seat, said())
        rating.withdraw(seat, by=ana)
        assert drafted(seat.draft)["cites"]["evidence"] == ["see 4.2"]

    def test_other_evidence_under_the_same_submission_is_another_rating(self, seat):
        made = submit(seat, said())
        assert submit(seat, said(), submission_id=made.submission_id) == made
        with pytest.raises(Exception, match="received before with other answers"):
            submit(seat, said(evidence=["elsewhere"]), submission_id=made.submission_id)


class TestWhoeverWritesTheSql:
    def insert(self, raw, seat: Assignment, key: str = "cites", **fields: object) -> None:
        criterion = Criterion.objects.get(version=seat.batch.rubric_version, key=key)
        made = factories.rating(seat, {}, revision=fields.pop("revision", 1))
        score = {"answer": "scored", "value": 1, "rationale": "Why.", "evidence": '["q"]'} | fields
        met = criterion.levels.get(value=1).pk
        level = met if score["value"] is not None else None
        raw(
            "insert into labeling_score (rating_id, assignment_id, batch_id, response_id, rater_id,"
            " criterion_id, lineage_id, answer, value, level_id, rationale, evidence)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            *(made.pk, seat.pk, seat.batch_id, seat.response_id, seat.rater_id),
            *(criterion.pk, criterion.lineage_id, score["answer"], score["value"], level),
            *(score["rationale"], score["evidence"]),
        )

    @pytest.mark.parametrize("answer", ["NA", "cannot_assess"])
    def test_an_answer_the_criterion_does_not_take(self, raw, refused, seat, answer):
        with refused("score_answer_allowed"):
            self.insert(raw, seat, answer=answer, value=None)
        self.insert(raw, seat, key="tone", answer=answer, value=None)

    @pytest.mark.parametrize("blank", ["", " \n\t"])
    def test_no_reason_where_one_is_needed(self, raw, refused, seat, blank):
        with refused("score_rationale_needed"):
            self.insert(raw, seat, rationale=blank)
        self.insert(raw, seat, key="tone", rationale=blank)

    @pytest.mark.parametrize("nothing", ["[]", "null", '""', "{}"])
    def test_no_evidence_where_it_is_needed(self, raw, refused, seat, nothing):
        with refused("score_evidence_needed"):
            self.insert(raw, seat, evidence=nothing)
        self.insert(raw, seat, key="tone", evidence=nothing)

    def test_with_both_it_is_taken(self, raw, seat):
        self.insert(raw, seat)
        assert Score.objects.get().evidence == ["q"]

    @pytest.mark.parametrize(
        ("weight_class", "points"),
        [("pitfall", 1), ("essential", -1), ("optional", -1), ("vital", 1), ("PITFALL", -1)],
    )
    def test_a_class_that_the_points_belie(self, raw, refused, project, weight_class, points):
        draft = factories.draft(project)
        with refused("criterion_class_has_sign"):
            factories.criterion(draft, "c", weight_class=weight_class, points=points)
        factories.criterion(draft, "c", weight_class="pitfall", points=None)

    @pytest.mark.parametrize(
        "change",
        [
            *("allow_na = true", "allow_cannot_assess = true", "needs_rationale = false"),
            *("needs_evidence = false", "weight_class = ''", "expertise = '{}'", "extra = null"),
            "points = points + 1",
        ],
    )
    def test_a_published_criterion_goes_on_asking_the_same(self, raw, refused, seat, change):
        with refused("criterion_sealed"):
            raw(
                f"update labeling_criterion set {change} where version_id = %s and key = 'cites'",
                seat.batch.rubric_version_id,
            )
        with refused("rubricversion_sealed"):
            raw(
                "update labeling_rubricversion set extra = null where id = %s",
                seat.batch.rubric_version_id,
            )


class TestImporting:
    def load(self, project: Project, tmp_path: Path, *ratings: dict) -> dict:
        rubric = tmp_path / "rubric.json"
        rubric.write_text(json.dumps({"title": "Refunds", "criteria": [STRICT, LOOSE]}))
        lines = [{"response_id": "r1", "rater": "eve", **one} for one in ratings]
        path = write_lines(tmp_path / "ratings.jsonl", lines)
        return run_load(project.slug, "--rubric", rubric, "--ratings", path)

    def test_an_answer_the_criterion_does_not_take_is_a_bad_line(self, project, tmp_path):
        factories.response(factories.item(project, "kettle"), external_id="r1")
        result = self.load(project, tmp_path, {"criterion": "cites", "value": "NA"})
        assert result["ratings"]["rejected"] == 1
        assert not Batch.objects.exists()

    def test_ratings_of_elsewhere_bring_no_evidence_and_are_taken(self, project, tmp_path):
        factories.response(factories.item(project, "kettle"), external_id="r1")
        result = self.load(project, tmp_path, {"criterion": "cites", "value": 1})
        assert result["ratings"]["new"] == 1

"""Findings that authors let stand, and those that keep a draft from being published."""

import pytest

from labeling import authoring
from labeling.errors import Problems
from labeling.models import LintWaiver, Project, Rubric, RubricVersion, User
from labeling.spec import RubricSpec, parse_rubric
from tests import factories

REASON = "The shop's own word for it."


def spec(*texts: str, **first: object) -> RubricSpec:
    """A rubric whose criteria have these texts."""
    criteria = [
        {"key": f"c{at}", "criterion": text, "points": 2, **(first if at == 0 else {})}
        for at, text in enumerate(texts)
    ]
    return parse_rubric({"title": "Refunds", "criteria": criteria})


BAD = spec("The answer is good.", "Names the court.")


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    return authoring.create_rubric(project, "Refunds", by=carol, spec=BAD)


def found(rubric: Rubric, text: RubricSpec = BAD) -> authoring.Judged:
    """The one finding of the text."""
    (one,) = authoring.judged(rubric, text)
    return one


def draft(rubric: Rubric) -> RubricVersion:
    return rubric.versions.get(status="draft")


def test_publishing_with_an_open_error_is_refused_and_names_it(rubric: Rubric, carol: User):
    with pytest.raises(authoring.OpenErrors, match="one error that is neither") as caught:
        authoring.publish(draft(rubric), by=carol, change_note="")
    (problem,) = caught.value.problems
    assert problem.where == "criteria[0].criterion"
    assert "Nothing to point at" in problem.message
    assert caught.value.status == 422
    assert draft(rubric).number == 1


def test_a_waived_error_stands_and_is_kept(rubric: Rubric, carol: User):
    waiver = authoring.waive(rubric, BAD, found(rubric).finding.name, reason=REASON, by=carol)
    assert (waiver.rule, waiver.key, waiver.text) == (
        "no-observable",
        "c0",
        "The answer is good.",
    )
    assert (waiver.reason, waiver.by, waiver.lineage) == (REASON, carol, None)
    assert waiver.created_at is not None
    assert found(rubric).waiver == waiver
    assert authoring.publish(draft(rubric), by=carol, change_note="").status == "published"


def test_warnings_do_not_keep_a_draft(project: Project, carol: User):
    rubric = authoring.create_rubric(project, "Warned", by=carol, spec=spec("Explains it clearly."))
    assert authoring.publish(draft(rubric), by=carol, change_note="").status == "published"


def test_it_holds_in_the_next_version_while_the_words_stay(rubric: Rubric, carol: User):
    name = found(rubric).finding.name
    authoring.waive(rubric, BAD, name, reason=REASON, by=carol)
    authoring.publish(draft(rubric), by=carol, change_note="")
    # Another key, other points, another place: the words are the same.
    moved = spec("Names the date.", "The answer is good.")
    assert found(rubric, moved).waiver is not None
    changed = spec("The answer is really good.")
    assert found(rubric, changed).is_open_error
    authoring.save_as_draft(rubric, changed, number=2, edit=0, by=carol)
    with pytest.raises(authoring.OpenErrors):
        authoring.publish(draft(rubric), by=carol, change_note="")


def test_a_later_waiver_knows_the_chain_of_its_criterion(rubric: Rubric, carol: User):
    name = found(rubric).finding.name
    authoring.waive(rubric, BAD, name, reason=REASON, by=carol)
    version = authoring.publish(draft(rubric), by=carol, change_note="")
    authoring.unwaive(rubric, name, by=carol)
    again = authoring.waive(rubric, BAD, name, reason="Said again.", by=carol)
    assert again.lineage == version.criteria.get(key="c0")


def test_one_rubrics_waiver_is_not_anothers(rubric: Rubric, project: Project, carol: User):
    authoring.waive(rubric, BAD, found(rubric).finding.name, reason=REASON, by=carol)
    other = authoring.create_rubric(project, "Refunds", by=carol, spec=BAD)
    assert found(other).is_open_error


def test_said_twice_it_is_one_waiver(rubric: Rubric, carol: User):
    name = found(rubric).finding.name
    first = authoring.waive(rubric, BAD, name, reason=REASON, by=carol)
    assert authoring.waive(rubric, BAD, name, reason="Other words.", by=carol) == first
    assert LintWaiver.objects.count() == 1


def test_a_withdrawn_waiver_stays_in_the_record(rubric: Rubric, carol: User):
    name = found(rubric).finding.name
    authoring.waive(rubric, BAD, name, reason=REASON, by=carol)
    authoring.unwaive(rubric, name, by=carol)
    authoring.unwaive(rubric, name, by=carol)
    assert found(rubric).is_open_error
    record = LintWaiver.objects.order_by("pk").values_list("act", "reason")
    assert list(record) == [("waived", REASON), ("withdrawn", "")]


@pytest.mark.parametrize(
    ("reason", "fault"),
    [("", "is empty"), (" \n ", "is empty"), ("x" * 2001, "at most 2,000"), ("a\0b", "NUL")],
)
def test_a_waiver_needs_a_reason(rubric: Rubric, carol: User, reason: str, fault: str):
    name = found(rubric).finding.name
    with pytest.raises(Problems) as caught:
        authoring.waive(rubric, BAD, name, reason=reason, by=carol)
    assert caught.value.problems[0].where == "reason"
    assert fault in caught.value.problems[0].message
    assert not LintWaiver.objects.exists()


def test_what_is_no_longer_found_is_not_waived(rubric: Rubric, carol: User):
    name = found(rubric).finding.name
    for text, wanted in ((spec("Names the court."), name), (BAD, "no-observable.0"), (BAD, "")):
        with pytest.raises(authoring.FindingGone):
            authoring.waive(rubric, text, wanted, reason=REASON, by=carol)


def test_a_rubric_made_elsewhere_is_published_whatever_is_found(project: Project):
    version, made = authoring.publish_spec(project, BAD, by=None)
    assert (made, version.status) == (True, "published")
    assert found(version.rubric).is_open_error


def test_judging_takes_one_query_for_any_length(
    rubric: Rubric, carol: User, django_assert_num_queries
):
    for name in [one.finding.name for one in authoring.judged(rubric, BAD)]:
        authoring.waive(rubric, BAD, name, reason=REASON, by=carol)
    for text in (BAD, spec(*(f"The answer is good in {n} ways." for n in range(40)))):
        with django_assert_num_queries(1):
            authoring.judged(rubric, text)


def test_authors_see_the_record_and_nobody_else(rubric: Rubric, carol: User, ana: User, dan: User):
    authoring.waive(rubric, BAD, found(rubric).finding.name, reason=REASON, by=carol)
    seen = {
        user.username: LintWaiver.objects.visible_to(user).count() for user in (carol, ana, dan)
    }
    assert seen == {"carol": 1, "ana": 0, "dan": 0}


class TestSealed:
    """The record of waivers, from raw SQL as the application's role."""

    @pytest.fixture
    def waiver(self, rubric: Rubric, carol: User) -> LintWaiver:
        return authoring.waive(rubric, BAD, found(rubric).finding.name, reason=REASON, by=carol)

    @pytest.mark.parametrize(
        "change", ["reason = 'other'", "act = 'withdrawn'", "about = repeat('0', 64)", "by_id = 1"]
    )
    def test_it_does_not_change(self, raw, refused, waiver: LintWaiver, change: str):
        with refused("lintwaiver_is_a_fact"):
            raw(f"update labeling_lintwaiver set {change} where id = %s", waiver.pk)

    def test_it_is_not_deleted(self, raw, refused, waiver: LintWaiver):
        with refused("permission denied|lintwaiver_is_a_fact"):
            raw("delete from labeling_lintwaiver where id = %s", waiver.pk)

    def insert(self, raw, waiver: LintWaiver, **other: object) -> None:
        row = {
            "project_id": waiver.project_id,
            "rubric_id": waiver.rubric_id,
            "act": "waived",
            "rule": waiver.rule,
            "about": waiver.about,
            "text": "",
            "key": "c0",
            "lineage_id": None,
            "reason": "r",
            "by_id": waiver.by_id,
            **other,
        }
        places = ", ".join(["%s"] * len(row))
        raw(
            f"insert into labeling_lintwaiver ({', '.join(row)}) values ({places});"
            " set constraints all immediate",
            *row.values(),
        )

    def test_it_has_a_reason(self, raw, refused, waiver: LintWaiver):
        with refused("lintwaiver_has_reason"):
            self.insert(raw, waiver, reason="")

    def test_it_names_a_finding(self, raw, refused, waiver: LintWaiver):
        with refused("lintwaiver_names_a_finding"):
            self.insert(raw, waiver, about="all of them")

    def test_it_is_of_its_project(self, raw, refused, waiver: LintWaiver, dan: User):
        with refused("lintwaiver_rubric_same_project"):
            self.insert(raw, waiver, project_id=dan.memberships.get().project_id)

    def test_its_chain_is_a_published_one_of_its_rubric(
        self, raw, refused, waiver: LintWaiver, project: Project
    ):
        others = factories.published(project).criteria.first()
        own_draft = waiver.rubric.versions.get().criteria.first()
        for criterion in (others, own_draft):
            with refused("lintwaiver_within_its_rubric"):
                self.insert(raw, waiver, lineage_id=criterion.pk)

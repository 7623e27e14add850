"""Rubrics from draft to seal: what is kept, carried on, refused, and said twice."""

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import Criterion, Level, Project, RubricVersion, User
from labeling.spec import RubricSpec, content_hash
from tests import factories
from tests.labeling.rubric_specs import many, three_scales

pytestmark = pytest.mark.django_db


def lineages(version: RubricVersion) -> dict[str, int]:
    return dict(version.criteria.values_list("key", "lineage_id"))


def test_a_published_rubric_reads_back_as_it_was_written(project: Project, carol: User):
    spec = three_scales()
    version, made = authoring.publish_spec(project, spec, by=carol)
    assert made
    assert (version.number, version.status, version.rubric.slug) == (1, "published", "refunds")
    assert authoring.spec_of(version) == spec
    assert version.content_hash == content_hash(spec)
    assert version.published_by == carol


def test_the_same_rubric_again_is_the_same_version(project: Project):
    first, _ = authoring.publish_spec(project, three_scales(), by=None)
    again, made = authoring.publish_spec(project, three_scales(), by=None)
    assert (again, made) == (first, False)


def test_a_changed_rubric_is_the_next_version_and_the_first_stays(project: Project):
    first, _ = authoring.publish_spec(project, three_scales(), by=None)
    second, made = authoring.publish_spec(project, three_scales(name="Quotes"), by=None)
    assert made
    assert (second.rubric_id, second.number) == (first.rubric_id, 2)
    first.refresh_from_db()
    assert first.status == "published"


def test_a_rubric_that_cannot_be_published_leaves_nothing_behind(project: Project):
    with pytest.raises(Problems, match="cannot be published") as caught:
        authoring.publish_spec(project, RubricSpec("Empty"), by=None)
    assert [str(problem) for problem in caught.value.problems] == [
        "criteria: a rubric needs at least one criterion"
    ]
    assert not project.rubrics.exists()


def test_a_file_does_not_run_over_an_open_draft(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    authoring.draft_of(version.rubric, by=carol)
    with pytest.raises(Conflict, match=r"Version 2 .* is open as a draft"):
        authoring.publish_spec(project, three_scales(name="Quotes"), by=None)


def test_a_title_without_latin_letters_has_an_address(project: Project):
    spec = replace(three_scales(), title="返金")
    version, _ = authoring.publish_spec(project, spec, by=None)
    assert version.rubric.slug.startswith("rubric-")
    assert authoring.publish_spec(project, spec, by=None) == (version, False)


def test_reworded_criteria_keep_their_lineage_and_rescaled_ones_do_not(project: Project):
    first, _ = authoring.publish_spec(project, three_scales(), by=None)
    spec = three_scales(criterion="Names paragraph and page.")
    length = spec.criteria[2]
    finer = replace(length, scale=replace(length.scale, step=Decimal("0.5")))
    spec = replace(spec, criteria=(*spec.criteria[:2], finer))
    second, _ = authoring.publish_spec(project, spec, by=None)
    before, after = lineages(first), lineages(second)
    assert (after["cites"], after["tone"]) == (before["cites"], before["tone"])
    assert after["length"] == second.criteria.get(key="length").pk


def test_a_lineage_goes_on_through_three_versions(project: Project):
    first, _ = authoring.publish_spec(project, three_scales(), by=None)
    authoring.publish_spec(project, three_scales(name="Second"), by=None)
    third, _ = authoring.publish_spec(project, three_scales(name="Third"), by=None)
    assert lineages(third) == lineages(first)


def test_a_draft_begins_as_a_copy_and_is_opened_once(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    draft = authoring.draft_of(version.rubric, by=carol)
    assert (draft.number, draft.status) == (2, "draft")
    assert authoring.spec_of(draft) == three_scales()
    assert lineages(draft) == lineages(version)
    assert authoring.draft_of(version.rubric, by=carol) == draft


def test_two_authors_are_told_and_neither_text_is_lost(project: Project, carol: User):
    draft = authoring.draft_of(authoring.create_rubric(project, "Refunds", by=carol), by=carol)
    theirs, mine = three_scales(), three_scales(name="Mine")
    authoring.save_draft(draft, theirs, edit=0, by=carol)
    with pytest.raises(authoring.DraftChanged) as caught:
        authoring.save_draft(draft, mine, edit=0, by=carol)
    assert (caught.value.theirs, caught.value.mine, caught.value.edit) == (theirs, mine, 1)
    assert authoring.spec_of(RubricVersion.objects.get(pk=draft.pk)) == theirs


def test_saving_again_and_again_leaves_one_copy(project: Project, carol: User):
    draft = authoring.draft_of(authoring.create_rubric(project, "Refunds", by=carol), by=carol)
    for edit in range(3):
        draft = authoring.save_draft(draft, three_scales(), edit=edit, by=carol)
    assert (Criterion.objects.count(), Level.objects.count()) == (3, 5)


def test_published_once_however_often_it_is_asked(project: Project, carol: User):
    draft = authoring.draft_of(authoring.create_rubric(project, "Refunds", by=carol), by=carol)
    draft = authoring.save_draft(draft, three_scales(), edit=0, by=carol)
    first = authoring.publish(draft, by=carol, change_note="Begun", edit=1)
    again = authoring.publish(draft, by=carol, change_note="Begun twice", edit=1)
    assert (again, again.change_note) == (first, "Begun")
    assert again.published_at == first.published_at


def test_publishing_what_was_not_read_is_refused(project: Project, carol: User):
    draft = authoring.draft_of(authoring.create_rubric(project, "Refunds", by=carol), by=carol)
    authoring.save_draft(draft, three_scales(), edit=0, by=carol)
    with pytest.raises(authoring.DraftChanged):
        authoring.publish(draft, by=carol, change_note="", edit=0)


def test_a_draft_that_changes_nothing_is_not_published(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    draft = authoring.draft_of(version.rubric, by=carol)
    with pytest.raises(DomainError, match="the same as version 1"):
        authoring.publish(draft, by=carol, change_note="")


def test_a_published_version_takes_no_save(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    with pytest.raises(authoring.VersionSealed):
        authoring.save_draft(version, three_scales(name="Late"), edit=0, by=carol)
    with pytest.raises(authoring.VersionSealed):
        authoring.discard(version, by=carol)
    assert authoring.spec_of(RubricVersion.objects.get(pk=version.pk)) == three_scales()


def test_a_save_for_a_number_that_is_published_goes_nowhere(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    with pytest.raises(authoring.VersionSealed, match="goes into version 2"):
        authoring.save_as_draft(version.rubric, three_scales(), number=1, edit=0, by=carol)
    assert version.rubric.versions.count() == 1


def test_the_first_save_opens_the_draft(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    spec = three_scales(name="Better")
    draft = authoring.save_as_draft(version.rubric, spec, number=2, edit=0, by=carol)
    assert (draft.number, draft.edit, authoring.spec_of(draft)) == (2, 1, spec)


def test_a_discarded_draft_is_gone_with_its_criteria(project: Project, carol: User):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    authoring.discard(authoring.draft_of(version.rubric, by=carol), by=carol)
    assert Criterion.objects.count() == 3
    assert authoring.draft_of(version.rubric, by=carol).number == 2


def test_rubrics_of_one_title_get_addresses_of_their_own(project: Project, carol: User):
    slugs = [authoring.create_rubric(project, title, by=carol).slug for title in ("A", "A", "New")]
    assert slugs == ["a", "a-2", "new-2"]


def test_a_rubric_of_one_item_stands_beside_the_projects_own(project: Project):
    item = factories.item(project)
    own, _ = authoring.publish_spec(project, three_scales(), by=None, item=item)
    assert own.rubric.item == item
    common, _ = authoring.publish_spec(project, three_scales(), by=None)
    assert common.rubric.item is None
    assert own.rubric != common.rubric


def test_reading_costs_the_same_for_one_criterion_and_twenty(project: Project):
    for count in (1, 20):
        version, _ = authoring.publish_spec(project, many(count), by=None, slug=f"long-{count}")
        version = RubricVersion.objects.get(pk=version.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(authoring.spec_of(version).criteria) == count
        assert len(queries) == 2


def test_a_thousand_criteria_are_written_in_as_many_statements_as_a_hundred(project: Project):
    taken = {}
    for count in (100, 1000):
        with CaptureQueriesContext(connection) as queries:
            version, _ = authoring.publish_spec(project, many(count), by=None, slug=f"of-{count}")
        assert version.criteria.count() == count
        taken[count] = len(queries)
    # Only a very long statement is cut into several.
    assert taken[1000] <= taken[100] + 5


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_publish_one_version(project: Project):
    outcomes, start = [], threading.Barrier(8)

    def publish() -> None:
        start.wait()
        try:
            outcomes.append(authoring.publish_spec(project, three_scales(), by=None))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made for _, made in outcomes) == [False] * 7 + [True]
    assert RubricVersion.objects.count() == 1

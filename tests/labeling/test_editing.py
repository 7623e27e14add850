"""A draft changed one criterion at a time, by one author or by two at once."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.authoring import Writer
from labeling.errors import Problems
from labeling.models import Criterion, Level, Project, Rubric, User
from labeling.spec import CriterionSpec, RubricSpec, parse_criteria
from tests import factories
from tests.labeling.rubric_specs import many, three_scales

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


@pytest.fixture
def drafted(rubric: Rubric, amy: User) -> Rubric:
    authoring.draft_of(rubric, by=amy)
    return rubric


def said(rubric: Rubric) -> RubricSpec:
    return authoring.spec_of(rubric.versions.get(status="draft"))


def keys(rubric: Rubric) -> list[str]:
    return [one.key for one in said(rubric).criteria]


def row(rubric: Rubric, key: str) -> Criterion:
    return Criterion.objects.get(version__rubric=rubric, version__status="draft", key=key)


def spec_at(rubric: Rubric, key: str) -> CriterionSpec:
    return authoring.criterion_of(row(rubric, key))


def save(rubric: Rubric, key: str, by: User, /, **fields: object):
    """Change a criterion from the text that stands there now."""
    stored = spec_at(rubric, key)
    return authoring.change(
        rubric,
        row(rubric, key).pk,
        replace(stored, **fields),
        number=2,
        seen=authoring.token(stored),
        writer=Writer(by),
    )


def test_the_first_change_opens_the_draft_and_touches_nothing_else(rubric: Rubric, amy: User):
    published = rubric.versions.get(number=1)
    first = published.criteria.get(key="cites")
    stored = authoring.criterion_of(first)
    saved = authoring.change(
        rubric,
        first.pk,
        replace(stored, guidance="Look at the number."),
        number=2,
        seen=authoring.token(stored),
        writer=Writer(amy),
    )
    assert saved.draft.number == 2
    assert said(rubric) == replace(
        three_scales(),
        criteria=(saved.spec, *three_scales().criteria[1:]),
    )
    assert authoring.spec_of(published) == three_scales()
    # The labels go on: the wording changed, the scale did not.
    assert row(rubric, "cites").lineage_id == first.lineage_id


def test_only_the_changed_criterion_is_written(drafted: Rubric, amy: User):
    others = list(
        Level.objects.filter(criterion__version__rubric=drafted)
        .exclude(criterion__key="tone")
        .values_list("pk", flat=True)
    )
    kept = {one.key: one.pk for one in Criterion.objects.filter(version__number=2)}
    with CaptureQueriesContext(connection) as queries:
        save(drafted, "tone", amy, criterion="How warm is it?")
    assert {one.key: one.pk for one in Criterion.objects.filter(version__number=2)} == kept
    assert Level.objects.filter(pk__in=others).count() == len(others)
    written = [one["sql"] for one in queries if one["sql"].startswith(("UPDATE", "DELETE"))]
    assert len([sql for sql in written if "labeling_level" in sql]) == 0
    assert len([sql for sql in written if '"labeling_criterion"' in sql]) == 1


@pytest.mark.parametrize("count", [3, 200])
def test_a_change_takes_as_many_queries_whatever_the_rubric_holds(
    project: Project, amy: User, count: int
):
    rubric = authoring.create_rubric(project, "Long", by=amy, spec=many(count))
    pk = rubric.versions.get().criteria.get(key="c1").pk
    stored = authoring.criterion_of(Criterion.objects.get(pk=pk))
    with CaptureQueriesContext(connection) as queries:
        authoring.change(
            rubric,
            pk,
            replace(stored, criterion="Says something else."),
            number=1,
            seen=authoring.token(stored),
            writer=Writer(amy, "form", 1),
        )
    # savepoint and its release in a test; rubric, draft, row of the criterion twice with its
    # levels, the last change; the criterion, the counter, the change
    assert len(queries) <= 11, [one["sql"][:80] for one in queries]


def test_a_new_scale_starts_a_lineage_and_the_old_one_comes_back_with_the_old_scale(
    drafted: Rubric, amy: User
):
    before = spec_at(drafted, "tone")
    lineage = row(drafted, "tone").lineage_id
    binary = parse_criteria([{"criterion": "x"}], where="c")[0].scale
    save(drafted, "tone", amy, scale=binary)
    assert row(drafted, "tone").lineage_id == row(drafted, "tone").pk
    save(drafted, "tone", amy, scale=before.scale)
    assert row(drafted, "tone").lineage_id == lineage
    assert said(drafted) == three_scales()


def test_two_authors_at_different_criteria_do_not_meet(drafted: Rubric, amy: User, carol: User):
    save(drafted, "cites", amy, guidance="By amy")
    save(drafted, "tone", carol, guidance="By carol")
    save(drafted, "cites", amy, guidance="By amy again")
    assert [one.guidance for one in said(drafted).criteria] == ["By amy again", "By carol", ""]
    assert drafted.versions.get(number=2).edit == 3


def test_the_second_author_of_one_criterion_is_told_with_both_texts(
    drafted: Rubric, amy: User, carol: User
):
    stored = spec_at(drafted, "tone")
    pk = row(drafted, "tone").pk
    save(drafted, "tone", carol, guidance="Theirs")
    mine = replace(stored, guidance="Mine")
    told = {"number": 2, "writer": Writer(amy, "amy's form", 1)}
    with pytest.raises(authoring.CriterionChanged, match="carol has changed") as caught:
        authoring.change(drafted, pk, mine, seen=authoring.token(stored), **told)
    assert (caught.value.theirs.guidance, caught.value.mine.guidance) == ("Theirs", "Mine")
    assert spec_at(drafted, "tone").guidance == "Theirs"
    # Keeping one's own after having seen the other text.
    authoring.change(drafted, pk, mine, seen=authoring.token(caught.value.theirs), **told)
    assert spec_at(drafted, "tone").guidance == "Mine"
    # What was written over is not lost: it is in the record, and undoing brings it back.
    authoring.undo(drafted, number=2, by=amy)
    assert spec_at(drafted, "tone").guidance == "Theirs"


def test_both_writing_the_same_is_no_conflict(drafted: Rubric, amy: User, carol: User):
    stored, pk = spec_at(drafted, "tone"), row(drafted, "tone").pk
    for by in (amy, carol):
        authoring.change(
            drafted,
            pk,
            replace(stored, guidance="The same"),
            number=2,
            seen=authoring.token(stored),
            writer=Writer(by, by.username, 1),
        )
    assert spec_at(drafted, "tone").guidance == "The same"


def test_moving_a_criterion_meanwhile_is_no_conflict(drafted: Rubric, amy: User, carol: User):
    stored, pk = spec_at(drafted, "tone"), row(drafted, "tone").pk
    authoring.move(drafted, pk, -1, number=2, writer=Writer(carol))
    authoring.change(
        drafted,
        pk,
        replace(stored, guidance="Mine", path=spec_at(drafted, "tone").path),
        number=2,
        seen=authoring.token(stored),
        writer=Writer(amy),
    )
    assert spec_at(drafted, "tone").guidance == "Mine"


def test_a_save_sent_twice_or_late_does_no_harm(drafted: Rubric, amy: User):
    stored, pk = spec_at(drafted, "tone"), row(drafted, "tone").pk
    seen = authoring.token(stored)

    def send(text: str, seq: int) -> str:
        mine = replace(stored, guidance=text)
        writer = Writer(amy, "one form", seq)
        made = authoring.change(drafted, pk, mine, number=2, seen=seen, writer=writer)
        return made.spec.guidance

    assert send("one", 1) == "one"
    # The answer to the first was lost: the page knows of no save and goes on typing.
    assert send("one two", 2) == "one two"
    assert send("one", 1) == "one two"
    assert drafted.versions.get(number=2).changes.count() == 1


def test_a_criterion_removed_meanwhile_can_be_put_back_with_ones_text(
    drafted: Rubric, amy: User, carol: User
):
    stored, pk = spec_at(drafted, "tone"), row(drafted, "tone").pk
    authoring.remove(drafted, pk, number=2, writer=Writer(carol))
    mine = replace(stored, guidance="Mine")
    told = {"number": 2, "writer": Writer(amy, "form", 1)}
    with pytest.raises(authoring.CriterionRemoved, match="carol has removed"):
        authoring.change(drafted, pk, mine, seen=authoring.token(stored), **told)
    saved = authoring.change(drafted, pk, mine, seen="", **told)
    assert keys(drafted) == ["cites", "length", "tone"]
    assert saved.pk == pk


def test_a_published_version_takes_no_change(rubric: Rubric, amy: User):
    first = rubric.versions.get(number=1).criteria.get(key="cites")
    stored = authoring.criterion_of(first)
    with pytest.raises(authoring.VersionSealed, match="goes into version 2"):
        authoring.change(
            rubric, first.pk, stored, number=1, seen=authoring.token(stored), writer=Writer(amy)
        )
    assert not rubric.versions.filter(status="draft").exists()


@pytest.mark.parametrize("where", ["another rubric", "another project", "nowhere"])
def test_ids_of_others_lead_nowhere(drafted: Rubric, amy: User, carol: User, where: str):
    of = factories.project("other") if where == "another project" else drafted.project
    other, _ = authoring.publish_spec(of, replace(three_scales(), title="Other"), by=carol)
    pk = 999_999_999 if where == "nowhere" else other.criteria.get(key="tone").pk
    before = said(drafted)
    writer = {"number": 2, "writer": Writer(amy)}
    for call in (
        lambda: authoring.change(drafted, pk, before.criteria[1], seen="x", **writer),
        lambda: authoring.change(drafted, pk, before.criteria[1], seen="", **writer),
        lambda: authoring.remove(drafted, pk, **writer),
        lambda: authoring.duplicate(drafted, pk, **writer),
        lambda: authoring.move(drafted, pk, 1, **writer),
        lambda: authoring.place(drafted, pk, before=None, beside=None, **writer),
        lambda: authoring.move_section(drafted, pk, 1, **writer),
        lambda: authoring.rename_section(drafted, pk, "Mine now", **writer),
    ):
        with pytest.raises(authoring.NoSuchCriterion):
            call()
    assert said(drafted) == before
    assert authoring.spec_of(other) == replace(three_scales(), title="Other")


def test_a_key_that_is_taken_is_refused_and_a_derived_one_finds_room(drafted: Rubric, amy: User):
    with pytest.raises(Problems, match="`cites` is the key of another criterion too"):
        save(drafted, "tone", amy, key="cites")
    (new,) = authoring.add(drafted, [authoring.new_criterion()], number=2, writer=Writer(amy))
    stored = authoring.criterion_of(Criterion.objects.get(pk=new))
    for name, key in (("Cites", "cites-2"), ("Names the date", "names-the-date")):
        saved = authoring.change(
            drafted,
            new,
            replace(stored, name=name, criterion=""),
            number=2,
            seen=authoring.token(stored),
            writer=Writer(amy, "form", len(name)),
            key_is_typed=False,
        )
        assert saved.spec.key == key


def test_a_duplicate_stands_behind_its_original_under_a_name_of_its_own(drafted: Rubric, amy: User):
    for _ in range(2):
        authoring.duplicate(drafted, row(drafted, "cites").pk, number=2, writer=Writer(amy))
    made = said(drafted).criteria
    assert [one.name for one in made][:3] == ["Cites the policy"] + ["Cites the policy (copy)"] * 2
    assert len({one.key for one in made}) == 5
    assert made[1].path == made[0].path
    assert row(drafted, made[1].key).lineage_id == row(drafted, made[1].key).pk


def test_added_criteria_stand_where_asked_and_take_free_keys(drafted: Rubric, amy: User):
    specs = three_scales().criteria[:2]
    authoring.add(drafted, specs, number=2, writer=Writer(amy), before=row(drafted, "tone").pk)
    assert keys(drafted) == ["cites", "cites-2", "tone-2", "tone", "length"]
    authoring.undo(drafted, number=2, by=amy)
    assert said(drafted) == three_scales()
    authoring.redo(drafted, number=2, by=amy)
    assert keys(drafted) == ["cites", "cites-2", "tone-2", "tone", "length"]


def test_a_file_keeps_the_rows_of_criteria_that_keep_their_keys(drafted: Rubric, amy: User):
    before = row(drafted, "tone").pk
    draft = drafted.versions.get(number=2)
    authoring.save_draft(draft, three_scales(name="From a file"), edit=0, by=amy)
    assert row(drafted, "tone").pk == before
    assert row(drafted, "cites").name == "From a file"
    authoring.undo(drafted, number=2, by=amy)
    assert said(drafted) == three_scales()


def test_the_texts_above_the_criteria_are_kept_the_same_way(
    drafted: Rubric, amy: User, carol: User
):
    draft = drafted.versions.get(number=2)
    seen = authoring.head_token(draft)
    mine = RubricSpec("Refunds", "Mine")
    theirs = replace(mine, description="Theirs")
    authoring.change_head(drafted, theirs, number=2, seen=seen, writer=Writer(carol))
    with pytest.raises(authoring.HeadChanged, match="carol has changed") as caught:
        authoring.change_head(drafted, mine, number=2, seen=seen, writer=Writer(amy))
    assert caught.value.theirs.description == "Theirs"
    again = authoring.head_token(caught.value.theirs)
    authoring.change_head(drafted, mine, number=2, seen=again, writer=Writer(amy))
    assert said(drafted).description == "Mine"
    authoring.undo(drafted, number=2, by=amy)
    assert said(drafted).description == "Theirs"

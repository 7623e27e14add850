"""What becomes of labels when a version is published: the usual, the chosen, the impossible."""

from dataclasses import replace

import pytest

from labeling import authoring
from labeling.errors import Problems
from labeling.models import Criterion, Project, RubricVersion, User
from labeling.spec import RubricSpec
from tests import factories
from tests.labeling.rubric_specs import three_scales

pytestmark = pytest.mark.django_db


def told(version: RubricVersion) -> dict[str, tuple[str, str | None, bool]]:
    """By key: the fate, the key of the criterion it succeeds, whether labels go on."""
    rows = version.criteria.select_related("succeeds")
    return {
        row.key: (row.fate, row.succeeds.key if row.succeeds else None, row.lineage_id != row.pk)
        for row in rows
    }


def revised(**cites: object) -> RubricSpec:
    """`cites` reworded, `tone` without its highest level, `length` gone, `kind` new."""
    spec = three_scales(**cites)
    one, tone, _ = spec.criteria
    shorter = replace(tone, scale=replace(tone.scale, levels=tone.scale.levels[:2]))
    kind = replace(one, key="kind", name="Is kind", criterion="Thanks the customer.", gate=False)
    return replace(spec, criteria=(one, shorter, replace(kind, pass_at=None)))


@pytest.fixture
def first(project: Project) -> RubricVersion:
    return authoring.publish_spec(project, three_scales(), by=None)[0]


def test_before_the_first_version_there_was_nothing(first: RubricVersion):
    assert set(told(first).values()) == {("fresh", None, False)}


def test_the_comparison_decides_unless_somebody_does(project: Project, first: RubricVersion):
    second, _ = authoring.publish_spec(project, revised(criterion="Names the page."), by=None)
    assert told(second) == {
        "cites": ("carry", "cites", True),
        "tone": ("ask", "tone", False),
        "kind": ("ask", None, False),
    }


def test_an_author_chooses_otherwise(project: Project, first: RubricVersion, carol: User):
    draft = authoring.draft_of(first.rubric, by=carol)
    draft = authoring.save_draft(draft, revised(criterion="Names the page."), edit=0, by=carol)
    fates = {"cites": "ask", "tone": "fresh"}
    second = authoring.publish(draft, by=carol, change_note="", edit=1, fates=fates)
    assert told(second) == {
        "cites": ("ask", "cites", False),
        "tone": ("fresh", "tone", False),
        "kind": ("ask", None, False),
    }


def test_a_renamed_criterion_goes_on_under_its_new_key(project: Project, first: RubricVersion):
    spec = three_scales(key="quotes")
    second, _ = authoring.publish_spec(project, spec, by=None)
    assert told(second)["quotes"] == ("carry", "cites", True)
    assert second.criteria.get(key="quotes").lineage.key == "cites"


def test_a_lineage_begun_anew_is_carried_by_the_version_after(
    project: Project, first: RubricVersion
):
    second, _ = authoring.publish_spec(project, revised(), by=None)
    third, _ = authoring.publish_spec(project, revised(name="Quotes"), by=None)
    assert third.criteria.get(key="tone").lineage == second.criteria.get(key="tone")
    assert third.criteria.get(key="cites").lineage == first.criteria.get(key="cites")


def test_the_impossible_is_refused_with_its_reason_and_nothing_is_published(
    project: Project, first: RubricVersion
):
    fates = {"tone": "carry", "kind": "carry", "cites": "forget", "nobody": "ask"}
    with pytest.raises(Problems) as caught:
        authoring.publish_spec(project, revised(), by=None, fates=fates)
    assert [str(problem) for problem in caught.value.problems] == [
        "fates.cites: `forget` is not possible here; carry or ask or fresh is.",
        "fates.tone: `carry` is not possible here; ask or fresh is."
        " Labels cannot go on: there is no value 3 any more.",
        "fates.kind: `carry` is not possible here; ask or fresh is."
        " It is new, so there are no labels to go on with.",
        "fates.nobody: is no criterion of the draft",
    ]
    assert first.rubric.versions.count() == 1


def test_nothing_can_be_asked_again_before_the_first_version(project: Project):
    with pytest.raises(Problems, match="fresh is"):
        authoring.publish_spec(project, three_scales(), by=None, fates={"tone": "ask"})


def test_labels_are_counted_with_those_carried_on(project: Project, ana: User, ben: User):
    first = factories.published(project, "cites", "polite")
    responses = [factories.response(factories.item(project)) for _ in range(3)]
    batch = factories.batch(first, responses)
    for response in responses:
        factories.rating(factories.seat(batch, response, ana, 1), {"cites": 1, "polite": 0})
    factories.rating(factories.seat(batch, responses[0], ben, 2), {"cites": 1})
    second = factories.draft(project, 2, first.rubric)
    factories.criterion(second, "cites", lineage=first.criteria.get(key="cites"))
    factories.criterion(second, "polite")
    factories.publish(second)
    assert authoring.label_counts(first, ["cites", "polite"]) == {"cites": 4, "polite": 3}
    assert authoring.label_counts(second, ["cites", "polite"]) == {"cites": 4, "polite": 0}


class TestSealedByTheDatabase:
    """What the application's role cannot write, whatever the code says."""

    @pytest.fixture
    def second(self, project: Project, first: RubricVersion) -> RubricVersion:
        """A draft whose `tone` carries on."""
        draft = factories.draft(project, 2, first.rubric)
        for key in ("tone", "length"):
            old = first.criteria.get(key=key)
            made = factories.criterion(
                draft,
                key,
                scale=old.scale,
                minimum=old.minimum,
                maximum=old.maximum,
                step=old.step,
                lineage=old,
                fate="carry",
                succeeds=old,
            )
            for level in old.levels.all():
                level.pk, level.criterion = None, made
                level.save(force_insert=True)
        return draft

    def test_as_it_stands_it_is_published(self, second: RubricVersion):
        assert factories.publish(second).status == "published"

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("fate = ''", "criterion_has_fate"),
            ("fate = 'ask'", "criterion_fate_is_lineage"),
            ("lineage_id = id", "criterion_fate_is_lineage"),
            ("lineage_id = id, fate = 'fresh', succeeds_id = id", "succeeds_an_earlier_one"),
            ("succeeds_id = %(other)s", "criterion_succeeds_an_earlier_one"),
            ("succeeds_id = %(sibling)s", "criterion_fate_is_lineage"),
            ("maximum = 9", "criterion_lineage_same_scale"),
            ("step = null", "criterion_lineage_same_scale"),
        ],
    )
    def test_a_fate_that_does_not_fit_is_refused(
        self, raw, refused, project: Project, first, second, change: str, rule: str
    ):
        other = factories.published(factories.project("other"), "length").criteria.get()
        names = {"other": str(other.pk), "sibling": str(first.criteria.get(key="tone").pk)}
        for name, value in names.items():
            change = change.replace(f"%({name})s", value)
        raw(
            f"update labeling_criterion set {change} where version_id = %s and key = 'length'",
            second.pk,
        )
        with refused(rule):
            raw(
                "update labeling_rubricversion set status = 'published', content_hash = 'c',"
                " structure_hash = 's', published_at = now() where id = %s",
                second.pk,
            )

    def test_labels_go_on_from_somewhere(self, raw, refused, second: RubricVersion):
        with refused("criterion_fate_known"):
            raw("update labeling_criterion set succeeds_id = null where version_id = %s", second.pk)

    def test_once_published_a_fate_stays(self, raw, refused, first: RubricVersion):
        with refused("criterion_sealed"):
            raw("update labeling_criterion set fate = 'ask' where version_id = %s", first.pk)
        assert Criterion.objects.filter(version=first, fate="ask").count() == 0

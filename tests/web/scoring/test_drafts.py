"""The rewards that a draft would give, on its page and at the side of the editor."""

from django.urls import reverse

from labeling import authoring
from tests import factories
from tests.web.scored import THREE, criterion, spec
from tests.web.scoring.pages import PAGES, url


def test_draft_is_previewed_on_the_labels_it_carries(author, scored):
    draft = authoring.draft_of(scored.rubric, by=factories.user("pat"))
    text = spec(criterion("accurate", 1), THREE[1], THREE[2], criterion("sourced", 2), THREE[-1])
    authoring.save_draft(draft, text, by=factories.user("kim"), edit=draft.edit)
    page = author.get(url("rubric_scoring", scored.project, version=draft.number))
    assert [one.key for one in page.context["unlabelled"]] == ["sourced"]
    assert "1 criterion has no labels yet" in page.text
    # of accurate 1 and polite 2: (3 + 1 + 2 + 0 + 0) / 3 / 5 = .4
    rows = {row.name: row for row in page.context["criteria"]}
    assert rows["Accurate"].exact == "2/15"
    assert "Sourced" not in rows


def test_draft_is_for_those_who_write_it(as_user, scored):
    draft = authoring.draft_of(scored.rubric, by=factories.user("pat"))
    viewer = as_user(factories.member(scored.project, "vera", "viewer"))
    for name in PAGES:
        assert viewer.get(url(name, scored.project, version=draft.number)).status_code == 404
        assert viewer.get(url(name, scored.project)).status_code == 200


def test_small_version_for_the_side_of_the_editor(author, scored):
    address = url("rubric_scoring_preview", scored.project)
    part = author.get(address, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<section class="card" id="scoring-preview"')
    assert "60 %" in part.text
    assert "−4/35" in part.text
    assert "<html" not in part.text
    plain = author.get(address)
    assert plain.status_code == 302
    assert plain.url == url("rubric_scoring", scored.project, version=1, on="model")


def test_editor_shows_the_rewards_of_what_it_edits(author, scored):
    address = url("rubric_scoring_preview", scored.project, version="draft")
    edit = author.get(reverse("rubric_edit", args=[scored.project.slug, scored.rubric.slug]))
    assert f'hx-get="{address}"' in edit.text
    # before the first change that is the version in force
    assert "60 %" in author.get(address, headers={"HX-Request": "true"}).text
    draft = authoring.draft_of(scored.rubric, by=factories.user("pat"))
    text = spec(criterion("accurate", 1), THREE[1], THREE[3])
    authoring.save_draft(draft, text, by=factories.user("kim"), edit=draft.edit)
    part = author.get(address, headers={"HX-Request": "true"})
    # accurate 1, polite 2 without the pitfall: 3, 1, 2, 0 and 2 of 3; at the ends 1 and 0
    assert "40 %" in part.text
    assert "Invents" not in part.text


def test_small_version_without_labels_says_so(author, project):
    authoring.publish_spec(project, spec(*THREE), by=None)
    part = author.get(url("rubric_scoring_preview", project), headers={"HX-Request": "true"})
    assert "No labelled responses yet" in part.text
    # the editor keeps its side for what there is to see
    assert "data-empty" in part.text

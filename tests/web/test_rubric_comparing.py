"""Two versions side by side: what changed, word by word, for whoever may read both."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Project, Rubric, User
from labeling.spec import RubricSpec
from tests.labeling.rubric_specs import many, three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
NASTY = '<script>alert("x")</script>'


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    """Published twice: a word more, other points, one criterion less."""
    authoring.publish_spec(project, three_scales(), by=carol)
    second = three_scales(criterion="Names the exact paragraph.", points=3)
    version, _ = authoring.publish_spec(
        project, replace(second, criteria=second.criteria[:2]), by=carol
    )
    return version.rubric


@pytest.fixture
def url(rubric: Rubric) -> str:
    return f"{rubric.get_absolute_url()}compare"


def text_of(client: Client, url: str, **query: object) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_reads_what_changed(as_user: LogIn, ana: User, url: str):
    text = text_of(as_user(ana), url)
    assert "From version 1 to version 2: removed 1, wording 1, weight 1, unchanged 1." in text
    assert '<ins><span class="visually-hidden">[added: </span>exact ' in text
    assert "[removed: </span>5<" in text
    assert "[added: </span>3<" in text
    assert "How long?" in text


def test_the_rubric_page_leads_here(as_user: LogIn, ana: User, rubric: Rubric, url: str):
    assert f'href="{url}"' in text_of(as_user(ana), rubric.get_absolute_url())


def test_backwards_and_with_itself(as_user: LogIn, ana: User, url: str):
    client = as_user(ana)
    backwards = text_of(client, url, **{"from": 2, "to": 1})
    assert "From version 2 to version 1: added 1" in backwards
    assert "Both say the same" in text_of(client, url, **{"from": 2, "to": 2})


def test_a_draft_is_compared_by_its_authors_only(
    as_user: LogIn, ana: User, amy: User, rubric: Rubric, url: str
):
    authoring.save_as_draft(rubric, three_scales(name="Secret"), number=3, edit=0, by=amy)
    assert "version 3, a draft" in text_of(as_user(amy), url)
    client = as_user(ana)
    assert "Secret" not in text_of(client, url)
    answer = client.get(url, {"from": 1, "to": 3})
    assert answer.status_code == 422
    assert "Secret" not in answer.content.decode()


@pytest.mark.parametrize("number", ["9", "x", "-1", "²"])
def test_a_version_that_is_not_there_is_named(as_user: LogIn, ana: User, url: str, number: str):
    answer = as_user(ana).get(url, {"from": number, "to": 1})
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()


def test_one_version_alone_says_so(as_user: LogIn, ana: User, project: Project):
    version, _ = authoring.publish_spec(project, three_scales(), by=None)
    text = text_of(as_user(ana), f"{version.rubric.get_absolute_url()}compare")
    assert "There is one version only" in text


def test_texts_are_shown_as_texts(as_user: LogIn, ana: User, rubric: Rubric, carol: User, url: str):
    draft = authoring.save_as_draft(
        rubric, three_scales(criterion=NASTY), number=3, edit=0, by=carol
    )
    authoring.publish(draft, by=carol, change_note="")
    text = text_of(as_user(ana), url)
    assert NASTY not in text
    assert "alert" in text


def test_outsiders_find_nothing_and_nothing_can_be_posted(
    as_user: LogIn, dan: User, ana: User, url: str
):
    assert as_user(dan).get(url).status_code == 404
    assert as_user(ana).post(url).status_code == 405


def test_the_page_costs_the_same_for_one_change_and_sixty(
    as_user: LogIn, ana: User, project: Project
):
    client, taken = as_user(ana), []
    for count in (1, 60):
        slug = f"long-{count}"
        for name in ("first", "second"):
            spec = many(count)
            criteria = tuple(replace(one, guidance=name) for one in spec.criteria)
            spec = RubricSpec(spec.title, criteria=criteria)
            version, _ = authoring.publish_spec(project, spec, by=None, slug=slug)
        url = f"{version.rubric.get_absolute_url()}compare"
        with CaptureQueriesContext(connection) as queries:
            text = text_of(client, url)
        taken.append(len(queries))
    assert "1–50 of 60 criteria" in text
    assert "from=1&amp;to=2&amp;page=2" in text
    assert taken[0] == taken[1]

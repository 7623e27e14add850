"""What an expert will see of a criterion, beside real responses; honest where there are none."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Project, Rubric, User
from tests import factories
from tests.labeling.rubric_specs import three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def rubric(project: Project, amy: User) -> Rubric:
    return authoring.create_rubric(project, "Refunds", by=amy, spec=three_scales())


def at(rubric: Rubric, key: str) -> str:
    pk = rubric.versions.get().criteria.get(key=key).pk
    return f"{rubric.get_absolute_url()}edit/{pk}/preview"


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_criterion_stands_beside_a_response_as_on_the_desk(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric
):
    factories.response(factories.item(project), text="Send it to **Leeds**.")
    text = text_of(as_user(amy).get(at(rubric, "tone")))
    for words in ("How kind is it?", "No greeting.", "Does not apply", "May I send the kettle"):
        assert words in text
    assert "Response 1 of 1" in text
    # As it was meant, and without saying who wrote it.
    assert "<strong>Leeds</strong>" in text
    assert "model-a" not in text


def test_responses_are_turned_over_and_back(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric
):
    made = [factories.response(factories.item(project), text=f"Answer {n}.") for n in range(3)]
    client, url = as_user(amy), at(rubric, "tone")
    seen = []
    text = text_of(client.get(url))
    for number in (1, 2, 3):
        assert f"Response {number} of 3" in text
        seen.append(next(one.pk for one in made if one.output in text))
        following = text.partition('">Next<')[0].rpartition("response=")[2].partition('"')[0]
        text = text_of(client.get(f"{url}?response={following}"))
    assert sorted(seen) == sorted(one.pk for one in made)


def test_without_responses_it_says_what_comes_next(as_user: LogIn, amy: User, rubric: Rubric):
    text = text_of(as_user(amy).get(at(rubric, "length")))
    assert "A number from 0 to 1" in text
    assert "No response with a text is in this project yet" in text


def test_a_withheld_response_is_no_example(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric
):
    item = factories.item(project)
    item.responses.create(
        project=project,
        generator=factories.generator(project),
        external_id="withheld",
        withheld="Not ours to show.",
        content_hash=factories.digest("withheld"),
    )
    assert "No response with a text" in text_of(as_user(amy).get(at(rubric, "tone")))


def test_a_rubric_of_one_item_is_shown_beside_its_own_responses(
    as_user: LogIn, amy: User, project: Project
):
    own, other = (factories.item(project, f"item-{name}") for name in "ab")
    factories.response(other, text="Of the other item.")
    spec = three_scales()
    version, _ = authoring.publish_spec(project, spec, by=amy, item=own)
    client, url = as_user(amy), at(version.rubric, "tone")
    assert "The item of this rubric has no response yet" in text_of(client.get(url))
    factories.response(own, text="Of its own item.")
    text = text_of(client.get(url))
    assert "Of its own item." in text
    assert "Response 1 of 1" in text


@pytest.mark.parametrize("wanted", ["x", "-1", "9" * 30, "999999999"])
def test_a_response_that_is_not_there_leads_to_the_first(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric, wanted: str
):
    factories.response(factories.item(project))
    text = text_of(as_user(amy).get(f"{at(rubric, 'tone')}?response={wanted}"))
    assert "Response 1 of 1" in text


def test_responses_of_other_projects_stay_there(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric
):
    theirs = factories.response(factories.item(factories.project("other")), text="Theirs.")
    client, url = as_user(amy), at(rubric, "tone")
    assert "Theirs." not in text_of(client.get(f"{url}?response={theirs.pk}"))
    more = f"{rubric.get_absolute_url()}edit/preview/{theirs.pk}/turns?start=0"
    assert client.get(more).status_code == 404


def test_a_long_conversation_comes_piece_by_piece(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric
):
    messages = [{"role": "user", "content": f"Turn {n}."} for n in range(60)]
    item = project.items.create(
        external_id="long", group_key="long", messages=messages, content_hash="0" * 64
    )
    response = factories.response(item)
    client = as_user(amy)
    text = text_of(client.get(at(rubric, "tone")))
    assert "turns between" in text
    assert "Turn 30." not in text
    more = f"{rubric.get_absolute_url()}edit/preview/{response.pk}/turns?start=12"
    assert more in text
    assert "Turn 30." in text_of(client.get(more, headers={"HX-Request": "true"}))


def test_it_comes_alone_for_htmx_at_a_constant_price(
    as_user: LogIn, amy: User, project: Project, rubric: Rubric
):
    client, url = as_user(amy), at(rubric, "tone")
    counts = []
    for _ in range(2):
        for _ in range(10):
            factories.response(factories.item(project))
        with CaptureQueriesContext(connection) as queries:
            text = text_of(client.get(url, headers={"HX-Request": "true"})).strip()
        counts.append(len(queries))
    assert text.startswith("<section")
    assert counts[0] == counts[1] <= 14


def test_a_page_that_asks_for_what_is_gone_is_told_so(as_user: LogIn, amy: User, rubric: Rubric):
    client, url = as_user(amy), at(rubric, "tone")
    pk = rubric.versions.get().criteria.get(key="tone").pk
    authoring.remove(rubric, pk, number=1, writer=authoring.Writer(amy))
    told = client.get(url, headers={"HX-Request": "true"})
    assert told.status_code == 200
    assert "has been removed from the draft" in text_of(told)
    assert client.get(url).status_code == 404


def test_who_may_look(as_user: LogIn, ana: User, dan: User, project: Project, rubric: Rubric):
    response = factories.response(factories.item(project))
    more = f"{rubric.get_absolute_url()}edit/preview/{response.pk}/turns?start=0"
    for user, status in ((ana, 403), (dan, 404)):
        assert as_user(user).get(at(rubric, "tone")).status_code == status
        assert as_user(user).get(more).status_code == status
    assert as_user(ana).post(at(rubric, "tone")).status_code == 405
    assert as_user(ana).post(more).status_code == 405

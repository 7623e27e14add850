"""Two responses of an item side by side, for those who read results."""

import pytest

from labeling import assigning
from labeling.models import Item, Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(project) -> Item:
    item = factories.item(project)
    factories.response(item, text="Refund of 40 euros.")
    factories.response(item, factories.generator(project, "model-b"), "Refund of 50 euros.")
    return item


def at(item: Item) -> str:
    return f"/p/{item.project.slug}/items/{item.pk}/compare"


def test_the_words_that_differ_are_marked(as_user, carol, pair):
    page = as_user(carol).get(at(pair)).text
    assert "<mark>40</mark>" in page
    assert "<mark>50</mark>" in page
    assert "model-b" in page


def test_the_pair_is_chosen(as_user, carol, pair):
    first = str(pair.responses.order_by("pk").first().pk)
    page = as_user(carol).get(at(pair), {"a": first, "b": first}).text
    assert "Both say the same, to the letter." in page


def test_a_response_of_another_item_cannot_be_chosen(as_user, carol, pair, project):
    other = factories.response(factories.item(project), text="SECRET")
    answer = as_user(carol).get(at(pair), {"a": str(other.pk)})
    assert answer.status_code == 422
    assert "SECRET" not in answer.text


def test_one_text_is_not_enough(as_user, carol, project):
    item = factories.item(project)
    factories.response(item)
    factories.response(item, withheld="not ours to show")
    assert "Fewer than two responses have a text" in as_user(carol).get(at(item)).text


def test_who_rates_the_item_learns_no_generator(as_user, carol, ana, project, pair):
    Membership.objects.create(project=project, user=carol, role="expert")
    batch = factories.batch(factories.published(project), list(pair.responses.all()))
    assigning.claim_next(batch, carol)
    page = as_user(carol).get(at(pair)).text
    assert "model-b" not in page
    assert "Response 2" in page


def test_experts_outsiders_and_other_verbs_are_refused(as_user, ana, dan, carol, pair):
    assert as_user(ana).get(at(pair)).status_code == 403
    assert as_user(dan).get(at(pair)).status_code == 404
    assert as_user(carol).post(at(pair)).status_code == 405


@pytest.mark.parametrize("place", ["items/{0.pk}/turns", "responses/{1.pk}/turns"])
def test_more_of_a_long_conversation(as_user, ana, dan, carol, project, place):
    said = [{"role": "user", "content": f"said {at}."} for at in range(60)]
    item = Item.objects.create(
        project=project, external_id="l", group_key="l", messages=said, content_hash="0"
    )
    response = factories.response(item, text="x" * 100_000)
    url = f"/p/{project.slug}/{place.format(item, response)}"
    query = {"start": 12} if place.startswith("items") else {"turn": 0, "start": 60_000}
    page = as_user(carol).get(url, query, headers={"HX-Request": "true"}).text
    assert "said 12." in page or "xxxx" in page
    assert as_user(ana).get(url, query).status_code == 403
    assert as_user(dan).get(url, query).status_code == 404
    assert as_user(carol).post(url).status_code == 405

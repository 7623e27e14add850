"""Rubrics of single items: the list at any size, on the item's page, written in place."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Item, Project, Rubric
from labeling.own_rubrics import PAGE, SHOWN
from labeling.spec import parse_rubric
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/p/refunds/item-rubrics/"
NASTY = '<img src=x onerror="alert(1)">'


@pytest.fixture
def author(as_user, amy) -> Client:
    return as_user(amy)


@pytest.fixture
def viewer(project):
    return factories.member(project, "vic", "viewer")


def own(project: Project, count: int, criteria: int = 2, *, first: int = 0) -> list[Item]:
    """Items with published rubrics of their own, written as a file of items would."""
    items = [factories.item(project, f"case-{first + n:04}") for n in range(count)]
    said = {
        one.pk: parse_rubric(
            {
                "title": f"For {one}",
                "criteria": [
                    {"criterion": f"Names date {at} of {one}.", "points": 1}
                    for at in range(criteria)
                ],
            }
        )
        for one in items
    }
    authoring.publish_for_items(project, said, by=None)
    return items


def ids(page) -> list[str]:
    return [row.item.external_id for row in page.context["found"].rows]


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestTheList:
    def test_it_names_items_versions_and_counts(self, author, project):
        own(project, 3, criteria=4)
        page = author.get(LIST)
        assert ids(page) == ["case-0000", "case-0001", "case-0002"]
        assert [row.criteria for row in page.context["found"].rows] == [4, 4, 4]
        assert "3 items with 12 criteria" in page.text

    def test_it_is_walked_by_stretches_and_back(self, author, project):
        own(project, PAGE + 5)
        first = author.get(LIST)
        assert len(ids(first)) == PAGE
        assert first.context["previous_query"] == ""
        second = author.get(f"{LIST}?{first.context['next_query']}")
        assert ids(second) == [f"case-{n:04}" for n in range(PAGE, PAGE + 5)]
        assert second.context["next_query"] == ""
        back = author.get(f"{LIST}?{second.context['previous_query']}")
        assert ids(back) == ids(first)
        assert back.context["previous_query"] == ""

    def test_items_and_criteria_are_found(self, author, project):
        own(project, 3)
        assert ids(author.get(f"{LIST}?q=CASE-0001")) == ["case-0001"]
        assert ids(author.get(f"{LIST}?q=date 1 of case-0002")) == ["case-0002"]
        assert ids(author.get(f"{LIST}?q=%25")) == []
        assert "No item is like that" in author.get(f"{LIST}?q=(((").text

    def test_what_an_older_version_said_is_not_found(self, author, project):
        (item,) = own(project, 1)
        spec = parse_rubric({"title": "x", "criteria": [{"criterion": "Says why.", "points": 1}]})
        authoring.publish_for_items(project, {item.pk: spec}, by=None)
        assert ids(author.get(f"{LIST}?q=Names date")) == []
        assert ids(author.get(f"{LIST}?q=Says why")) == ["case-0000"]

    def test_drafts_are_for_authors(self, as_user, author, project, viewer, amy):
        authoring.begin_item_rubric(factories.item(project, "begun"), by=amy)
        assert ids(author.get(LIST)) == ["begun"]
        page = as_user(viewer).get(LIST)
        assert "No item has a rubric of its own" in page.text

    def test_the_rows_come_alone_for_htmx(self, author, project):
        own(project, 1)
        page = author.get(LIST, headers={"HX-Request": "true", "HX-Target": "rows"})
        assert page.text.strip().startswith('<div id="rows"')

    @pytest.mark.parametrize(
        "query", ["after=x", "before=-1", f"q={'x' * 201}", "after=9" + "9" * 30]
    )
    def test_what_cannot_be_read(self, author, query):
        assert author.get(f"{LIST}?{query}").status_code == 422

    def test_who_reads_it(self, as_user, project, viewer, ana, dan, carol):
        for person, status in ((carol, 200), (viewer, 200), (ana, 403), (dan, 404)):
            assert as_user(person).get(LIST).status_code == status
        assert as_user(carol).post(LIST).status_code == 405

    def test_the_rubrics_page_leads_to_it_those_who_may(self, as_user, viewer, ana):
        assert f'href="{LIST}"' in as_user(viewer).get("/p/refunds/rubrics/").text
        assert f'href="{LIST}"' not in as_user(ana).get("/p/refunds/rubrics/").text

    def test_more_items_take_no_more_queries(self, author, project):
        own(project, 1)
        few = queries(author, LIST), queries(author, f"{LIST}?q=case")
        own(project, 45, criteria=5, first=1)
        assert (queries(author, LIST), queries(author, f"{LIST}?q=case")) == few

    def test_a_stretch_is_read_along_its_index(self, project):
        own(project, 3)
        found = Rubric.objects.filter(project=project, item__isnull=False, item__gt=0)
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
        plan = found.order_by("item")[:PAGE].explain()
        assert "rubric_of_item" in plan
        assert "Sort" not in plan


class TestOnTheItem:
    def test_it_stands_beside_the_responses(self, as_user, project, viewer):
        (item,) = own(project, 1)
        page = as_user(viewer).get(item.get_absolute_url()).text
        assert "Rubric of this item" in page
        assert "Names date 0 of case-0000." in page
        assert "Edit here" not in page

    def test_an_item_without_one_says_so_and_begins_one(self, author, project):
        item = factories.item(project, "plain")
        page = author.get(item.get_absolute_url())
        assert "judged by the task’s rubric alone" in page.text
        answer = author.post(f"{item.get_absolute_url()}rubric")
        assert answer["Location"] == f"{item.get_absolute_url()}#own-rubric"
        rubric = Rubric.objects.get(item=item)
        assert (rubric.slug, rubric.title) == (f"item-{item.pk}", "Rubric of plain")
        assert "No criterion yet" in author.get(item.get_absolute_url()).text

    def test_begun_twice_it_is_one(self, author, project):
        item = factories.item(project)
        for _ in range(2):
            assert author.post(f"{item.get_absolute_url()}rubric").status_code == 302
        assert Rubric.objects.filter(item=item).count() == 1
        assert Rubric.objects.get(item=item).versions.count() == 1

    def test_a_taken_address_is_no_hindrance(self, author, project):
        item = factories.item(project)
        factories.rubric(project, f"item-{item.pk}")
        author.post(f"{item.get_absolute_url()}rubric")
        assert Rubric.objects.get(item=item).slug == f"of-item-{item.pk}"

    def test_only_authors_begin_one(self, as_user, project, viewer, ana, dan):
        item = factories.item(project)
        for person, status in ((viewer, 403), (ana, 403), (dan, 404)):
            assert as_user(person).post(f"{item.get_absolute_url()}rubric").status_code == status
        assert not Rubric.objects.filter(item=item).exists()

    def test_another_projects_item(self, author, dan):
        foreign = factories.item(dan.memberships.get().project)
        assert author.post(f"/p/refunds/items/{foreign.pk}/rubric").status_code == 404
        assert author.get(f"/p/refunds/items/{foreign.pk}/rubric").status_code == 405

    def test_drafts_are_for_authors(self, as_user, author, project, viewer, amy):
        (item,) = own(project, 1)
        rubric = Rubric.objects.get(item=item)
        authoring.add(
            rubric,
            [authoring.new_criterion()],
            number=2,
            writer=authoring.Writer(amy),
        )
        assert "New criterion" in author.get(item.get_absolute_url()).text
        page = as_user(viewer).get(item.get_absolute_url()).text
        assert "New criterion" not in page
        assert "Names date 0" in page

    def test_a_long_one_is_shown_in_part(self, author, project):
        (item,) = own(project, 1, criteria=SHOWN + 3)
        page = author.get(item.get_absolute_url()).text
        assert page.count('class="criterion"') == SHOWN
        assert f"All {SHOWN + 3} criteria" in page

    def test_the_rubrics_own_page_leads_back(self, author, as_user, project, ana):
        (item,) = own(project, 1)
        address = Rubric.objects.get(item=item).get_absolute_url()
        assert f'href="{item.get_absolute_url()}#own-rubric"' in author.get(address).text
        # Ids of items may tell experts more than they should know.
        assert f'href="{item.get_absolute_url()}' not in as_user(ana).get(address).text

    def test_more_criteria_take_no_more_queries(self, author, project):
        few, many = (own(project, 1, criteria=n, first=n)[0] for n in (1, 25))
        assert queries(author, few.get_absolute_url()) == queries(author, many.get_absolute_url())

    def test_hostile_texts_are_text(self, author, project):
        item = factories.item(project, NASTY)
        criterion = {"name": NASTY, "criterion": NASTY, "guidance": NASTY, "points": 1}
        spec = parse_rubric({"title": NASTY, "criteria": [criterion]})
        authoring.publish_for_items(project, {item.pk: spec}, by=None)
        for address in (LIST, item.get_absolute_url(), f"{LIST}?q=onerror"):
            page = author.get(address).text
            assert "<img src=x" not in page
            assert "&lt;img src=x" in page

"""Priority, expertise and quotas on pages: of members, of batches, and at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from labeling import assigning
from labeling.models import Batch, Membership, Project, Response, User
from labeling.serving import Serving
from tests import factories
from tests.labeling.rating.seats import submit

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def address(user: User) -> str:
    return f"/p/refunds/members/{user.pk}/expertise"


class TestMembers:
    def noted(self, user: User) -> list[str]:
        return Membership.objects.get(user=user, role="expert").expertise

    def test_an_admin_notes_what_an_expert_knows(self, as_user: LogIn, carol, ana):
        answer = as_user(carol).post(address(ana), {"expertise": "Tax law,  medicine ,, TAX LAW"})
        assert answer["Location"] == "/p/refunds/members"
        assert self.noted(ana) == ["medicine", "tax law"]
        assert 'value="medicine, tax law"' in as_user(carol).get("/p/refunds/members").text

    def test_nothing_noted_takes_it_away(self, as_user: LogIn, carol, ana):
        Membership.objects.filter(user=ana).update(expertise=["tax"])
        as_user(carol).post(address(ana), {"expertise": " "})
        assert self.noted(ana) == []

    def test_it_is_shown_as_text(self, as_user: LogIn, carol, ana):
        as_user(carol).post(address(ana), {"expertise": '"><script>x</script>'})
        assert "<script>x" not in as_user(carol).get("/p/refunds/members").text

    def test_odd_words_are_refused_in_words(self, as_user: LogIn, carol, ana):
        answer = as_user(carol).post(address(ana), {"expertise": "x" * 101})
        assert answer.status_code == 422
        assert self.noted(ana) == []

    def test_only_experts_have_some(self, as_user: LogIn, carol):
        answer = as_user(carol).post(address(carol), {"expertise": "tax"})
        assert answer.status_code == 409
        assert "no expert" in answer.text

    def test_who_may(self, as_user: LogIn, carol, ana, dan):
        assert as_user(dan).post(address(ana)).status_code == 404
        assert as_user(ana).post(address(ana), {"expertise": "tax"}).status_code == 403
        assert as_user(carol).get(address(ana)).status_code == 405
        assert as_user(carol).post(address(dan)).status_code == 404
        assert self.noted(ana) == []


@pytest.fixture
def batch(project: Project) -> Batch:
    for number in range(3):
        factories.response(factories.item(project, f"i{number}", metadata={"expertise": "tax"}))
    return assigning.open_batch(
        project,
        factories.published(project),
        "First",
        responses=Response.objects.filter(project=project),
        serving=Serving(by_expertise=True, quota=1),
        by=None,
    )


class TestBatches:
    def form(self, project: Project, **fields: object) -> dict[str, object]:
        version = factories.published(project)
        settings = {"overlap": 2, "kind": "main", "blindness": "full", "lease_minutes": 30}
        return {"name": "A", "rubric_version": version.pk, "seed": 0, **settings} | fields

    def test_the_form_settles_it_and_the_page_says_it(self, as_user: LogIn, carol, ana, project):
        factories.response(factories.item(project, metadata={"priority": 3}))
        factories.response(factories.item(project, metadata={"expertise": ["tax"]}))
        sent = self.form(project, by_priority="on", by_expertise="on", quota="40")
        page = as_user(carol).post(f"/p/{project.slug}/batches/new", sent, follow=True).text
        made = Batch.objects.get()
        assert (made.by_priority, made.by_expertise, made.quota) == (True, True, 40)
        assert made.lanes == [{"priority": 3, "needs": []}, {"priority": 0, "needs": ["tax"]}]
        assert "1 response needs experts in tax: here are 0" in page
        assert "Served by priority, 2 of them." in page
        assert "For experts in tax." in page
        assert "At most 40 ratings of one expert." in page

    def test_what_cannot_be_read_stands_at_its_field(self, as_user: LogIn, carol, project):
        factories.response(factories.item(project, "odd-one", metadata={"priority": "soon"}))
        sent = self.form(project, by_priority="on")
        answer = as_user(carol).post(f"/p/{project.slug}/batches/new", sent)
        assert answer.status_code == 422
        assert "“odd-one/model-a/0”: its priority must be a whole number" in answer.text
        assert not Batch.objects.exists()


class TestTheDesk:
    def test_it_says_that_expertise_is_not_noted(self, as_user: LogIn, ana, batch):
        page = as_user(ana).post(f"/desk/{batch.pk}/").text
        assert "need expertise that is not noted with you" in page

    def test_it_says_that_one_has_rated_as_many_as_one_may(self, as_user: LogIn, ana, batch):
        Membership.objects.filter(user=ana).update(expertise=["tax"])
        submit(assigning.claim_next(batch, ana))
        page = as_user(ana).post(f"/desk/{batch.pk}/").text
        assert "You have rated as many responses as one expert may here: 1." in page

"""A submit answered with the next response in the same request."""

from __future__ import annotations

import gzip
import json
import re
from contextlib import nullcontext
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from labeling import assigning
from labeling.assigning import Asking
from labeling.models import Assignment, Rating, RatingDraft, Response
from labeling.views.zipping import quick_gzip_page
from tests import factories, pseudo
from tests.labeling.rating.seats import end_lease
from tests.web.desk.requests import JSON, LogIn, address, body, opened, send

pytestmark = pytest.mark.django_db

# Drawn anew for every page.
DRAWN = re.compile(r'(name="(?:flag-)?submission_id" value=|csrfmiddlewaretoken" value=)"[^"]+"')


def inline(seat: Assignment, **values: str) -> dict[str, object]:
    return body(seat, **values) | {"inline": True}


def main_part(page: str) -> str:
    """What stands in the page's main element."""
    inner = page.partition('id="content" tabindex="-1">')[2].partition("</main>")[0]
    return settled(inner)


def settled(html: str) -> str:
    return " ".join(DRAWN.sub("", html).split())


class TestThePage:
    def test_it_is_what_the_page_of_the_next_seat_shows(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        answer = send(client, address(seat, "submit"), inline(seat)).json()
        following = Assignment.objects.get(state="leased")
        assert answer["next"] == f"{address(following)}?after={seat.pk}"
        assert answer["receipt"] == Rating.objects.get().pk
        assert settled(answer["page"]) == main_part(client.get(answer["next"]).content.decode())
        assert f'data-seat="{following.pk}"' in answer["page"]
        assert "1 of 3" in answer["page"]
        assert address(seat, "undo") in answer["page"]

    @pytest.mark.parametrize("language", ["en", "zz"])
    @pytest.mark.parametrize("asks_confidence", [False, True])
    @pytest.mark.parametrize("keeps_copies", [False, True])
    def test_it_is_whatever_the_batch_asks_and_the_reader_speaks(
        self, as_user: LogIn, ana, project, keeps_copies, asks_confidence, language
    ):
        project.drafts_in_browser = keeps_copies
        project.save()
        asking = Asking(asks_confidence=asks_confidence)
        batch = opened(project, name="{seat} {0} <b>{{ done }}</b>", asking=asking)
        client, seat = as_user(ana), assigning.claim_next(batch, ana)
        with pseudo.spoken() if language == "zz" else nullcontext():
            for done in (1, 2):
                sent = inline(seat)
                for given in sent["answers"].values() if asks_confidence else ():
                    given["confidence"] = 2
                answer = send(client, address(seat, "submit"), sent).json()
                page = main_part(client.get(answer["next"]).content.decode())
                assert settled(answer["page"]) == page
                assert f'value="{done}"' in page
                seat = Assignment.objects.get(state="leased")
        assert ("data-copies" in page) is not keeps_copies

    def test_every_form_of_it_has_an_id_of_its_own(self, as_user: LogIn, ana, seat):
        client, ids = as_user(ana), []
        for _ in range(2):
            page = send(client, address(seat, "submit"), inline(seat)).json()["page"]
            ids += re.findall(r'name="(?:flag-)?submission_id" value="([^"]+)"', page)
            seat = Assignment.objects.get(state="leased")
        assert len(ids) == len(set(ids)) == 4

    def test_without_asking_for_it_there_is_none(self, as_user: LogIn, ana, seat):
        for said in ({}, {"inline": False}, {"inline": "yes"}):
            found = assigning.claim_next(seat.batch, ana)
            answer = send(as_user(ana), address(found, "submit"), body(found) | said).json()
            assert "page" not in answer

    def test_nothing_left_leads_to_the_desk(self, as_user: LogIn, ana, project):
        batch = opened(project, 1)
        seat = assigning.claim_next(batch, ana)
        answer = send(as_user(ana), address(seat, "submit"), inline(seat)).json()
        assert "page" not in answer
        assert answer["next"] == f"/desk/{batch.pk}/?after={seat.pk}&left=0"

    def test_a_repeat_gets_the_same_receipt_and_the_same_next(self, as_user: LogIn, ana, seat):
        client, sent = as_user(ana), inline(seat)
        got = [send(client, address(seat, "submit"), sent).json() for _ in range(3)]
        assert len({(one["receipt"], one["next"]) for one in got}) == 1
        assert len({settled(one["page"]) for one in got}) == 1
        assert Assignment.objects.filter(state="leased").count() == 1

    def test_a_late_one_says_so_beside_the_next(self, as_user: LogIn, ana, ben, project):
        batch = opened(project, 2, overlap=1)
        seat = assigning.claim_next(batch, ana)
        other = batch.queue.exclude(response=seat.response_id)
        other.update(taken=1)
        end_lease(seat)
        assert assigning.claim_next(batch, ben).response_id == seat.response_id
        other.update(taken=0)
        answer = send(as_user(ana), address(seat, "submit"), inline(seat)).json()
        assert "Your rating is kept as a late one" in answer["page"].replace("\n", " ")
        seat.refresh_from_db()
        assert seat.purpose == "late"

    def test_an_unfinished_one_comes_with_its_draft(self, as_user: LogIn, ana, project):
        batch = opened(project, 3, overlap=1)
        first = assigning.claim_next(batch, ana)
        draft = {"answers": {"polite": {"value": "1", "rationale": "So far."}}}
        draft["version"] = batch.rubric_version_id
        RatingDraft.objects.create(assignment=first, payload=draft, edit=4)
        other = batch.queue.exclude(response=first.response_id).first().response
        end_lease(first)
        second = factories.seat(batch, other, ana, state="leased", lease_until=batch.created_at)
        batch.queue.filter(response=other).update(taken=1)
        answer = send(as_user(ana), address(second, "submit"), inline(second)).json()
        assert answer["next"].startswith(address(first))
        assert "So far." in answer["page"]
        assert 'data-edit="4"' in answer["page"]

    def test_what_is_wrong_is_said_and_nothing_is_handed_out(self, as_user: LogIn, ana, seat):
        answer = send(as_user(ana), address(seat, "submit"), inline(seat, polite=""))
        assert answer.status_code == 422
        assert answer.json()["problems"] == [{"where": "polite", "message": "is not answered yet"}]
        assert Assignment.objects.get(state="leased") == seat

    def test_a_hostile_response_is_as_harmless_as_on_its_page(self, as_user: LogIn, ana, project):
        item = factories.item(project)
        for index in range(2):
            factories.response(
                item, text="</main><script>steal()</script><img src=x onerror=y>", index=index
            )
        batch = assigning.open_batch(
            project,
            factories.published(project),
            "Hostile",
            responses=Response.objects.filter(project=project),
            by=None,
        )
        seat = assigning.claim_next(batch, ana)
        answer = send(as_user(ana), address(seat, "submit"), inline(seat)).json()
        assert "<script" not in answer["page"]
        assert "</main>" not in answer["page"]
        assert "onerror=y>" not in answer["page"]


class TestQuickly:
    def test_one_query_for_who_one_is_and_one_for_all_the_rest(
        self, as_user: LogIn, ana, seat, django_assert_num_queries
    ):
        client = as_user(ana)
        answer = send(client, address(seat, "submit"), inline(seat)).json()
        following = Assignment.objects.get(state="leased")
        sent = inline(following)
        with django_assert_num_queries(2):
            send(client, address(following, "submit"), sent)
        assert Rating.objects.count() == 2
        assert answer["page"]


class TestStrangers:
    def test_somebody_elses_seat_is_404(self, as_user: LogIn, ben, dan, seat):
        for person in (ben, dan):
            answer = send(as_user(person), address(seat, "submit"), inline(seat))
            assert answer.status_code == 404
        assert not Rating.objects.exists()

    def test_an_expert_no_more_is_403(self, as_user: LogIn, ana, seat):
        ana.memberships.update(role="viewer")
        answer = send(as_user(ana), address(seat, "submit"), inline(seat))
        assert answer.status_code == 403
        assert not Rating.objects.exists()

    def test_logged_out_is_401(self, client, seat):
        sent = inline(seat) | {"submission_id": str(uuid4())}
        assert send(client, address(seat, "submit"), sent).status_code == 401


class TestOnTheWire:
    """A further response costs little beside its own text, which is the same whoever sends it."""

    def test_at_most_ten_kilobytes_beside_the_text(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        answer = client.post(
            address(seat, "submit"),
            json.dumps(inline(seat)),
            content_type="application/json",
            headers=JSON | {"accept-encoding": "gzip"},
        )
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) < 10_000
        page = client.get(answer_url(answer), headers={"accept-encoding": "gzip"})
        assert page["Content-Encoding"] == "gzip"
        assert len(page.content) < 10_000


def answer_url(answer) -> str:
    return json.loads(gzip.decompress(answer.content))["next"]


class TestZipping:
    """The size of an answer tells nothing of what it holds beside what was asked for."""

    @staticmethod
    def answered(accepts: str, **headers: str) -> HttpResponse:
        @quick_gzip_page
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse("Yes. " * 200, headers=headers)

        return view(RequestFactory().get("/", headers={"accept-encoding": accepts}))

    def test_what_comes_is_what_was_sent(self):
        made = self.answered("br, gzip;q=0.8")
        assert gzip.decompress(made.content) == b"Yes. " * 200
        assert (made["Content-Encoding"], made["Vary"]) == ("gzip", "Accept-Encoding")
        assert int(made["Content-Length"]) == len(made.content)

    def test_its_length_changes_by_itself(self):
        assert len({len(self.answered("gzip").content) for _ in range(40)}) > 5

    def test_who_cannot_read_it_gets_it_plain(self):
        assert self.answered("identity").content == b"Yes. " * 200
        assert self.answered("identity")["Vary"] == "Accept-Encoding"

    def test_a_tag_becomes_a_weak_one(self):
        made = self.answered("gzip", ETag='"one"')
        assert (made["ETag"], gzip.decompress(made.content)) == ('W/"one"', b"Yes. " * 200)

"""Worked examples: taken from settled answers of closed batches, sealed, carried on, shown."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import assigning, authoring
from labeling.errors import DomainError
from labeling.models import Response, RubricVersion, WorkedExample
from tests import factories

PAGE = "/p/refunds/rubrics/refund-quality/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(as_user, amy, settled) -> Client:
    return as_user(amy)


def take(client: Client, settled, at: int = 0, key: str = "cites_policy", **other: object):
    said = {
        "criterion": key,
        "batch": settled.batch.pk,
        "response": settled.responses[at].pk,
        "number": 2,
    } | other
    return client.post(f"{PAGE}examples/take", said)


def change(client: Client, example: WorkedExample, do: str, **said: str):
    fields = {f"example-{example.pk}-{name}": text for name, text in said.items()}
    return client.post(f"{PAGE}examples/{example.pk}", {"do": do, "number": 2} | fields)


def draft() -> RubricVersion:
    return RubricVersion.objects.get(status="draft")


def rule(settled, at: int, ruling: int | None, reason="rater_error") -> None:
    response = settled.responses[at]
    criterion = settled.version.criteria.get(key="cites_policy")
    judge = factories.member(settled.batch.project, "judge")
    note = "Section 4 is named."
    factories.ruling(settled.batch, response, criterion, ruling, judge, reason, note)


class TestTaking:
    def test_one_click_makes_an_example_of_the_draft(self, author, settled):
        page = author.get(f"{PAGE}examples")
        assert "both experts gave this answer" in page.text
        answer = take(author, settled)
        (made,) = draft().examples.all()
        assert answer["Location"] == f"{PAGE}guidelines#example-{made.pk}"
        assert (made.value, made.source, made.extract) == (1, "agreement", "Yes, within 30 days.")

    def test_what_experts_differ_on_is_not_offered_and_not_taken(self, author, settled):
        assert "Perhaps." not in author.get(f"{PAGE}examples").text
        assert take(author, settled, at=2).status_code == 409
        assert not WorkedExample.objects.exists()

    def test_a_ruling_settles_it_with_its_note(self, author, settled):
        rule(settled, 2, 1)
        assert "settled by a ruling" in author.get(f"{PAGE}examples").text
        take(author, settled, at=2)
        (made,) = draft().examples.all()
        assert (made.source, made.reason) == ("ruling", "Section 4 is named.")

    def test_a_ruling_stands_above_agreement(self, author, settled):
        rule(settled, 0, 0)
        take(author, settled)
        assert draft().examples.get().value == 0

    def test_legitimate_disagreement_is_no_answer(self, author, settled):
        rule(settled, 0, None, reason="legitimate")
        assert take(author, settled).status_code == 409

    def test_taken_twice_it_is_there_once(self, author, settled):
        take(author, settled)
        assert take(author, settled).status_code == 302
        assert draft().examples.count() == 1
        assert "Yes, within 30 days." not in author.get(f"{PAGE}examples").text

    @pytest.mark.parametrize("state", ["open", "paused"])
    def test_never_from_a_batch_that_is_not_closed(self, as_user, amy, rated, state):
        author = as_user(amy)
        rated.batch.state = state
        rated.batch.save(update_fields=["state"])
        assert "No batch is closed yet" in author.get(f"{PAGE}examples").text
        answer = take(author, rated)
        assert answer.status_code == 409
        assert "is not closed" in answer.text
        assert not WorkedExample.objects.exists()

    def test_never_of_a_response_that_is_being_rated_again(self, author, settled, version):
        factories.batch(version, settled.responses[:1], name="Again")
        assert "Yes, within 30 days." not in author.get(f"{PAGE}examples").text
        assert take(author, settled).status_code == 409

    def test_never_of_a_withheld_text(self, author, settled, project, ana, ben, version):
        item = factories.item(project)
        hidden = factories.response(item, withheld="Copyright.", external_id="hidden")
        batch = factories.batch(version, [hidden], name="Withheld", overlap=2, state="closed")
        for slot, person in enumerate((ana, ben), start=1):
            seat = factories.seat(batch, hidden, person, slot)
            factories.rating(seat, {"cites_policy": 1, "polite": 1})
        answer = take(author, settled, batch=batch.pk, response=hidden.pk)
        assert answer.status_code == 409
        assert "withheld" in answer.text

    def test_an_author_who_rates_the_item_elsewhere_is_told_nothing(
        self, author, settled, amy, project
    ):
        tone = factories.draft(project, 1, factories.rubric(project, "tone"))
        factories.criterion(tone, "calm")
        other = factories.response(settled.responses[0].item, text="Another answer.")
        elsewhere = factories.batch(factories.publish(tone), [other], name="Tone")
        factories.seat(elsewhere, other, amy)
        page = author.get(f"{PAGE}examples")
        assert "Yes, within 30 days." not in page.text
        assert "No, the seal is broken." in page.text
        assert take(author, settled).status_code == 409

    @pytest.mark.parametrize(
        "wrong",
        [
            {"criterion": "gone"},
            {"batch": 999999},
            {"response": "x"},
            {"number": 1},
            {"number": ""},
        ],
    )
    def test_what_is_not_there(self, author, settled, wrong):
        assert take(author, settled, **wrong).status_code in (409, 422)
        assert not WorkedExample.objects.exists()

    def test_a_response_of_another_project(self, author, settled, dan):
        other = dan.memberships.get().project
        foreign = factories.response(factories.item(other))
        answer = take(author, settled, response=foreign.pk)
        assert answer.status_code == 409
        assert "no such response" in answer.text

    def test_the_list_is_narrowed_and_paged(self, author, settled, project, ana, ben, version):
        responses = [
            factories.response(factories.item(project), text=f"Answer {n}.") for n in range(25)
        ]
        batch = factories.batch(version, responses, name="Long", overlap=2, state="closed")
        for response in responses:
            for slot, person in enumerate((ana, ben), start=1):
                seat = factories.seat(batch, response, person, slot)
                factories.rating(seat, {"cites_policy": 0, "polite": 1})
        address = f"{PAGE}examples?batch={batch.pk}&criterion=cites_policy"
        page = author.get(address)
        assert len(page.context["units"]) == 20
        following = author.get(f"{PAGE}examples?{page.context['more']}")
        assert len(following.context["units"]) == 5
        assert author.get(f"{address}&value=1.000000").context["units"] == []
        assert author.get(f"{address}&value=0.000000").context["units"] != []

    @pytest.mark.parametrize("query", ["criterion=by__password", "batch=x", "value=7", "after=-1"])
    def test_a_filter_that_is_none(self, author, query):
        assert author.get(f"{PAGE}examples?{query}").status_code == 422

    def test_more_units_take_no_more_queries(self, author, settled):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert author.get(f"{PAGE}examples").status_code == 200
            return len(captured)

        take(author, settled)
        one = queries()
        WorkedExample.objects.all().delete()
        assert queries() == one


class TestWhoTakes:
    def test_authors_only(self, as_user, settled, project, ana, dan):
        people = ((ana, 403), (factories.member(project, "vic", "viewer"), 403), (dan, 404))
        for person, status in people:
            client = as_user(person)
            assert client.get(f"{PAGE}examples").status_code == status
            assert take(client, settled).status_code == status

    def test_wrong_verbs(self, author, settled):
        take(author, settled)
        assert author.post(f"{PAGE}examples").status_code == 405
        assert author.get(f"{PAGE}examples/take").status_code == 405
        assert author.get(f"{PAGE}examples/{draft().examples.get().pk}").status_code == 405

    def test_others_change_nothing(self, as_user, author, settled, ana, dan, amy):
        take(author, settled)
        example = draft().examples.get()
        for person, status in ((ana, 403), (dan, 404)):
            assert change(as_user(person), example, "remove").status_code == status
        assert draft().examples.exists()


class TestChanging:
    @pytest.fixture
    def example(self, author, settled) -> WorkedExample:
        take(author, settled)
        return draft().examples.get()

    def test_the_author_says_why_and_quotes_a_part(self, author, example):
        change(author, example, "save", extract="within 30 days", reason="It names the time.")
        example.refresh_from_db()
        assert (example.extract, example.reason) == ("within 30 days", "It names the time.")

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            (
                {"extract": "within 90 days", "reason": "Kept here."},
                "Does not stand in the response",
            ),
            ({"extract": "", "reason": "Kept here."}, "required"),
            ({"extract": "x" * 4001, "reason": "Kept here."}, "4000 characters"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, author, example, said, message):
        page = change(author, example, "save", **said)
        assert page.status_code == 422
        assert message in page.text
        assert "Kept here." in page.text
        example.refresh_from_db()
        assert example.extract == "Yes, within 30 days."

    def test_it_is_moved_and_taken_out(self, author, settled, example):
        take(author, settled, at=1)
        second = draft().examples.last()
        change(author, second, "up")
        assert list(draft().examples.all()) == [second, example]
        change(author, second, "remove")
        assert list(draft().examples.all()) == [example]

    def test_an_unknown_act(self, author, example):
        assert change(author, example, "explode").status_code == 422

    def test_what_somebody_else_removed(self, author, example):
        WorkedExample.objects.filter(pk=example.pk).delete()
        assert change(author, example, "save", extract="x").status_code == 404

    def test_publishing_counts_it_as_a_change(self, author, amy, example):
        second = authoring.publish(draft(), by=amy, change_note="")
        with pytest.raises(DomainError, match="says the same"):
            authoring.publish(authoring.draft_of(second.rubric, by=amy), by=amy, change_note="")
        authoring.remove_example(draft().examples.get(), number=3, by=amy)
        third = authoring.publish(draft(), by=amy, change_note="")
        assert third.content_hash == second.content_hash
        assert (second.examples.count(), third.examples.count()) == (1, 0)

    def test_hostile_reasons_are_text(self, author, example, amy, settled):
        change(
            author, example, "save", extract="within 30 days", reason="<script>alert(1)</script>"
        )
        authoring.publish(draft(), by=amy, change_note="")
        for address in (PAGE, f"{PAGE}guidelines"):
            page = author.get(address).text
            assert "&lt;script&gt;alert(1)" in page
            assert "<script>alert(1)" not in page


class TestThroughVersions:
    @pytest.fixture
    def published(self, author, settled, amy) -> RubricVersion:
        take(author, settled)
        example = draft().examples.get()
        change(author, example, "save", extract="within 30 days", reason="It names the time.")
        return authoring.publish(draft(), by=amy, change_note="")

    def test_experts_read_it_on_the_rubric(self, as_user, published, ana):
        page = as_user(ana).get(PAGE).text
        for words in ("Cites policy: Met", "within 30 days", "It names the time."):
            assert words in page
        assert "model-zeta" not in page
        assert "case-0" not in page

    def test_the_next_draft_begins_with_it(self, published, amy):
        following = authoring.draft_of(published.rubric, by=amy)
        assert following.examples.get().reason == "It names the time."

    def test_also_while_its_response_is_rated_under_another_version(self, published, amy, settled):
        factories.batch(settled.version, settled.responses[:1], name="Again")
        assert authoring.draft_of(published.rubric, by=amy).examples.count() == 1

    def test_a_removed_criterion_takes_it_along(self, author, published, amy):
        spec = authoring.spec_of(authoring.draft_of(published.rubric, by=amy))
        kept = [one for one in spec.criteria if one.key == "polite"]
        changed = type(spec)(spec.title, spec.description, spec.guidelines, tuple(kept))
        authoring.save_draft(draft(), changed, edit=draft().edit, by=amy)
        assert "left out on publishing" in author.get(f"{PAGE}guidelines").text
        assert authoring.publish(draft(), by=amy, change_note="").examples.count() == 0

    def test_discarding_the_draft_leaves_the_published_ones(self, author, published, amy):
        authoring.discard(authoring.draft_of(published.rubric, by=amy), by=amy)
        assert published.examples.count() == 1

    def test_the_desk_shows_it_but_not_on_its_own_item(
        self, as_user, published, settled, project, ana
    ):
        other = factories.response(factories.item(project), text="Send it back.")
        sibling = factories.response(settled.responses[0].item, text="A sibling.")
        for response, expected in ((other, True), (sibling, False)):
            batch = factories.batch(published, [response], name=response.external_id)
            seat = assigning.claim_next(batch, ana)
            page = as_user(ana).get(f"/desk/seat/{seat.pk}/").text
            assert ("It names the time." in page) is expected

    def test_its_response_is_not_put_into_a_new_batch(self, published, project, settled):
        batch = assigning.open_batch(
            project,
            published,
            "Next round",
            responses=Response.objects.filter(pk__in=[one.pk for one in settled.responses]),
            by=None,
        )
        waiting = set(batch.queue.values_list("response", flat=True))
        assert waiting == {one.pk for one in settled.responses[1:]}

    def test_a_file_of_items_rubrics_carries_on_what_is_still_asked(
        self, published, project, settled
    ):
        """The rubric becomes that of one item; its next version comes from a file."""
        rubric = published.rubric
        rubric.item = settled.responses[0].item
        rubric.save(update_fields=["item"])
        spec = authoring.spec_of(published)
        same = replace(spec, description="For kettles.")
        authoring.publish_for_items(project, {rubric.item_id: same}, by=None)
        third = rubric.versions.get(number=3)
        assert third.examples.get().reason == "It names the time."
        only = tuple(one for one in spec.criteria if one.key == "polite")
        authoring.publish_for_items(
            project, {rubric.item_id: replace(spec, criteria=only)}, by=None
        )
        assert rubric.versions.get(number=4).examples.count() == 0

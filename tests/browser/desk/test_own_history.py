"""One's own ratings in the browser: readable at every width, and from there to a correction."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from labeling import assigning, rating
from labeling.models import Assignment
from tests import factories
from tests.browser.conftest import Person
from tests.browser.desk.hands import choose, log_in, ready, submit
from tests.web.desk.requests import answers


def all_kinds(batch, ana) -> Assignment:
    """Something submitted, corrected, late, skipped, left and taken back; the first of them."""
    first = assigning.claim_next(batch, ana)
    rating.submit(first, answers(), submission_id=uuid4(), by=ana)
    rating.revise(first, answers(polite="1"), submission_id=uuid4(), by=ana)
    late = assigning.claim_next(batch, ana)
    rating.submit(late, answers(), submission_id=uuid4(), by=ana)
    Assignment.objects.filter(pk=late.pk).update(purpose="late", slot=None)
    rating.skip(assigning.claim_next(batch, ana), "other", text="I wrote the answer", by=ana)
    back = assigning.claim_next(batch, ana)
    rating.submit(back, answers(), submission_id=uuid4(), by=ana)
    rating.withdraw(back, by=ana)
    unseen = batch.queue.exclude(response__assignments__rater=ana).get().response
    left = factories.seat(batch, unseen, ana, slot=None, state="expired")
    rating.save_draft(left, answers(), edit=0, by=ana)
    return first


def test_every_kind_is_readable_at_every_width_and_leads_to_a_correction(
    room, context, watch, batch, ana
):
    first = all_kinds(batch, ana)
    log_in(context, room.base, ana)
    page = context.new_page()
    person = Person(page, room.base, ana.username, watch)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in (390, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            person.goto("/desk/ratings/")
            assert page.locator("tbody tr").count() == 5
            person.check_width()
        person.check_accessibility()
    with page.expect_response("**/desk/ratings/?*"):
        page.get_by_label("What became of it").select_option("submitted")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**/desk/ratings/?*fate=submitted*")
    page.get_by_role("link", name="Correct").click()
    ready(page)
    choose(page, "cites_policy", "0")
    submit(page)
    page.wait_for_selector("[data-submitted]")
    assert rating.current_rating(first).revision == 3

"""Nothing lost, nothing doubled: what is and is not saved is always said, and it arrives."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from labeling.models import Assignment, Rating, RatingDraft, Score
from tests.browser.desk.hands import (
    answer_all,
    choose,
    cut_reply,
    eventually,
    failed,
    intercept,
    kept,
    nothing_kept,
    ready,
    reason,
    rest,
    saved,
    sent_to,
    submit,
    visit,
    write,
)
from tests.labeling.rating.seats import drafted

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_RESET", "ERR_FAILED")
# What a server, or a proxy before it, may answer to anything that is sent.
USELESS = (
    {"status": 500, "body": "<h1>Oops</h1>", "content_type": "text/html"},
    {"status": 502, "body": ""},
    {"status": 200, "body": ""},
    {
        "status": 200,
        "body": "<html>Welcome to the hotel network</html>",
        "content_type": "text/html",
    },
    {"status": 200, "body": "{}", "content_type": "application/json"},
    {"status": 200, "body": "5", "content_type": "application/json"},
    {"status": 200, "body": '{"receipt": null, "edit": null}', "content_type": "application/json"},
    {"status": 204, "body": ""},
    {"status": 302, "headers": {"Location": "/accounts/login/"}},
    {"status": 403, "body": "<h1>No</h1>", "content_type": "text/html"},
    {"status": 404, "body": "{}", "content_type": "application/json"},
    {"status": 429, "body": "", "headers": {"Retry-After": "1"}},
    {"status": 503, "body": '{"title": "Away"}', "content_type": "application/json"},
)
REFUSING = (
    {"status": 400, "body": "<h1>Bad</h1>", "content_type": "text/html"},
    {"status": 413, "body": ""},
    {"status": 409, "body": "{}", "content_type": "application/json"},
    {"status": 422, "body": "[]", "content_type": "application/json"},
)


def test_two_minutes_without_network_cost_nothing(at_desk, context, watch, batch, ana):
    watch.expected = OFFLINE
    page = at_desk(ana, batch, clock=True)
    first = page.url
    context.set_offline(True)
    page.keyboard.press("2")
    rest(page)
    failed(page)
    expect(page.locator("#desk-notices")).to_contain_text("The server cannot be reached.")
    write(page, "cites_policy", "It names no date")
    page.clock.fast_forward("01:00")
    choose(page, "polite", "1")
    submit(page)
    failed(page, "not sent, will retry")
    page.clock.fast_forward("01:00")
    failed(page, "not sent, will retry")
    assert page.url == first
    assert not Rating.objects.exists()
    assert not RatingDraft.objects.exists()
    context.set_offline(False)
    page.wait_for_url(lambda url: url != first)
    ready(page)
    told = Score.objects.order_by("criterion__position").values_list("value", "rationale")
    assert list(told) == [(1, "It names no date"), (1, "")]
    assert Rating.objects.count() == 1
    assert kept(page) == []


def test_a_draft_whose_answer_is_lost_on_the_way_is_sent_again(at_desk, watch, batch, ana):
    watch.expected = OFFLINE
    page = at_desk(ana, batch, clock=True)
    cut_reply(page, "**/draft")
    page.keyboard.press("2")
    rest(page)
    failed(page)
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "1"
    page.clock.fast_forward("00:05")
    saved(page)
    # The server knew this save already: it is the first one still, and no conflict.
    assert RatingDraft.objects.get().edit == 1
    expect(page.locator("#conflict")).to_be_hidden()


def test_a_submission_whose_answer_is_lost_on_the_way_counts_once(at_desk, watch, batch, ana):
    watch.expected = OFFLINE
    page = at_desk(ana, batch, clock=True)
    first, bodies = page.url, sent_to(page, "/submit")
    cut_reply(page, "**/submit")
    answer_all(page)
    submit(page)
    failed(page, "not sent, will retry")
    assert Rating.objects.count() == 1
    assert page.url == first
    page.clock.fast_forward("00:05")
    page.wait_for_url(lambda url: url != first)
    assert Rating.objects.count() == 1
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert Assignment.objects.filter(state="leased").count() == 1


def answering(page: Page, pattern: str, answers: tuple[dict, ...]) -> list[dict]:
    """One answer after the other, then the server's own; what is still to come."""
    left = list(answers)

    def handle(route: Route) -> None:
        if left:
            route.fulfill(**left.pop(0))
        else:
            route.continue_()

    intercept(page, pattern, handle)
    return left


def test_without_a_receipt_a_draft_is_never_called_saved(at_desk, watch, batch, ana):
    watch.expected = ("status of",)
    page = at_desk(ana, batch, clock=True)
    # Whatever the bar says from now on.
    page.evaluate(
        """() => {
          window.said = [];
          const bar = document.querySelector("#save-state");
          new MutationObserver(() => said.push(bar.textContent)).observe(bar, {childList: true});
        }"""
    )
    left = answering(page, "**/draft", (*USELESS, *REFUSING))
    page.keyboard.press("2")
    rest(page)
    for number in range(len(USELESS) + len(REFUSING)):
        expect(page.locator("#save-state")).to_have_attribute("data-state", "failed")
        said = page.evaluate("window.said.splice(0)")
        assert all(not one.startswith("saved") for one in said), (number, said)
        expect(page.locator("#desk-notices [data-live]")).to_have_count(1)
        write(page, "cites_policy", f"Change {number}")
        page.clock.fast_forward("00:40")
    assert left == []
    saved(page)
    last = len(USELESS) + len(REFUSING) - 1
    assert drafted(RatingDraft.objects.get())["cites_policy"]["rationale"] == f"Change {last}"


def test_without_a_receipt_nobody_moves_on(at_desk, watch, batch, ana):
    watch.expected = ("status of",)
    page = at_desk(ana, batch, clock=True)
    first = page.url
    answer_all(page)
    rest(page)
    saved(page)
    left = answering(page, "**/submit", (*USELESS, *REFUSING))
    submit(page)
    for number in range(len(USELESS)):
        expect(page.locator("#save-state")).to_have_text("not sent, will retry")
        assert page.url == first, number
        used = number + 1
        eventually(page, lambda used=used: len(left) == len(USELESS) + len(REFUSING) - used)
        page.clock.fast_forward("00:40")
    for _ in REFUSING:
        expect(page.locator("#save-state")).to_have_text("not submitted")
        expect(page.locator("#desk-notices [data-live]")).to_have_count(1)
        assert page.url == first
        assert not Rating.objects.exists()
        submit(page)
    page.wait_for_url(lambda url: url != first)
    assert Rating.objects.get().scores.count() == 2


def test_a_reload_at_every_step_keeps_every_step(at_desk, watch, batch, ana):
    # The page before has saved on its way out what this one saves again, and knows for its own.
    watch.expected = ("status of 409",)
    page = at_desk(ana, batch)
    steps = (
        lambda: choose(page, "cites_policy", "1"),
        lambda: write(page, "cites_policy", "Names paragraph 4"),
        lambda: choose(page, "polite", "0"),
        lambda: write(page, "polite", "Curt"),
    )
    for number, step in enumerate(steps, start=1):
        step()
        page.reload()
        ready(page)
        answered = page.locator("input:checked").count()
        written = [reason(page, key).input_value() for key in ("cites_policy", "polite")]
        assert (answered, written) == (
            (number + 1) // 2,
            ["Names paragraph 4" if number > 1 else "", "Curt" if number > 3 else ""],
        )
        expect(page.locator("#conflict")).to_be_hidden()
    saved(page)
    submit(page)
    page.reload()
    # The page may have been made before it was submitted, and the one before may have heard so
    # only after that: then it still asks, but all of it is there.
    eventually(page, Rating.objects.exists)
    page.wait_for_selector("[data-ready], [data-submitted]")
    assert Rating.objects.count() == 1
    # What the page before had not heard the answer to is settled by this one.
    nothing_kept(page)


def test_a_page_made_before_the_last_save_shows_what_was_saved(at_desk, watch, batch, ana):
    """The reload is answered, then the answers are saved, and only then the page comes."""
    watch.expected = ("status of 409",)
    page = at_desk(ana, batch)

    def late(route: Route) -> None:
        made = route.fetch()
        eventually(page, RatingDraft.objects.exists)
        route.fulfill(response=made)

    page.route(page.url, late)
    write(page, "cites_policy", "Names paragraph 4")
    page.reload()
    ready(page)
    expect(reason(page, "cites_policy")).to_have_value("Names paragraph 4")
    saved(page)
    expect(page.locator("#conflict")).to_be_hidden()
    assert kept(page) == []


def test_what_is_typed_just_before_one_leaves_is_saved(at_desk, room, watch, batch, ana):
    # What the page before saves on its way out may arrive after this one has come.
    watch.expected = ("status of 409",)
    page = at_desk(ana, batch)
    here = page.url
    for wait in (0, 20, 50):
        write(page, "cites_policy", "")
        reason(page, "cites_policy").press_sequentially(f"Left after {wait}")
        page.wait_for_timeout(wait)
        page.goto(f"{room.base}/desk/")
        page.wait_for_selector("[data-desk-list]")
        visit(page, here)
        expect(reason(page, "cites_policy")).to_have_value(f"Left after {wait}")
        saved(page)
        expect(page.locator("#conflict")).to_be_hidden()
        stored = drafted(RatingDraft.objects.get())["cites_policy"]["rationale"]
        assert stored == f"Left after {wait}"


def test_a_laptop_that_is_closed_hands_over_what_is_left(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    with page.expect_response("**/draft"):
        page.keyboard.press("2")
        # The wait for more letters never ends on a machine that sleeps.
        page.evaluate("document.dispatchEvent(new Event('freeze'))")
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "1"
    page.clock.resume()
    page.evaluate("document.dispatchEvent(new Event('resume'))")
    saved(page)
    expect(page.locator("#conflict")).to_be_hidden()


def test_work_left_on_another_response_is_sent_from_any_page_of_the_desk(
    at_desk, room, context, watch, batch, ana
):
    watch.expected = OFFLINE
    page = at_desk(ana, batch)
    context.set_offline(True)
    page.keyboard.press("2")
    failed(page)
    seat = Assignment.objects.get()
    page.close()
    context.set_offline(False)
    # Long after its time the response belongs to somebody else.
    Assignment.objects.filter(pk=seat.pk).update(state="expired", slot=None, lease_until=None)
    page = context.new_page()
    page.goto(f"{room.base}/desk/")
    nothing_kept(page)
    assert drafted(seat.draft)["cites_policy"]["value"] == "1"
    assert page.locator("#site-alerts .alert").count() == 0


def test_a_correction_that_could_not_be_sent_is_sent_later(
    at_desk, room, context, watch, batch, ana
):
    watch.expected = OFFLINE
    page = at_desk(ana, batch)
    seat = Assignment.objects.get()
    address = page.url
    answer_all(page)
    submit(page)
    page.wait_for_url(lambda url: url != address)
    visit(page, f"{address}?correct=1")
    context.set_offline(True)
    choose(page, "polite", "0")
    submit(page)
    failed(page, "not sent, will retry")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    # The page comes again by itself once the correction is through, maybe while still loading.
    page.goto(address, wait_until="commit")
    expect(page.locator("[data-criterion=polite] input:checked")).to_have_value("0")
    nothing_kept(page)
    assert list(seat.ratings.order_by("revision").values_list("revision", flat=True)) == [1, 2]

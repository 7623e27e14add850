"""The next response takes the place of the last one: no page is loaded, nothing goes on behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from labeling import assigning
from labeling.models import Assignment, Batch, Item, Rating, RatingDraft, Response
from tests import factories
from tests.browser.desk.hands import (
    answer_all,
    choose,
    eventually,
    flag_sent,
    go,
    held,
    kept,
    ready,
    rest,
    saved,
    sent_to,
    submit,
    submit_all,
    write,
)
from tests.labeling.rating.seats import drafted

MARK = "window.sameDocument"


def marked(page: Page) -> None:
    """From now on it can be told whether a new page was loaded."""
    page.evaluate(f"{MARK} = true")


def still(page: Page) -> bool:
    return bool(page.evaluate(MARK))


def paths(page: Page, kind: str) -> list[str]:
    """Addresses asked for from now on, without those of other kinds."""
    seen: list[str] = []
    page.on("request", lambda one: seen.append(one.url) if one.resource_type == kind else None)
    return seen


def test_submitting_shows_the_next_response_without_a_new_page(at_desk, batch, ana):
    page = at_desk(ana, batch)
    first, loaded = page.url, paths(page, "document")
    marked(page)
    for number in range(1, 4):
        submit_all(page)
        assert still(page)
        expect(page.locator(".desk-progress")).to_contain_text(f"{number} of 5")
        assert page.locator("input:checked").count() == 0
        assert page.evaluate(
            "document.activeElement.closest('[data-criterion]')?.dataset.criterion"
        )
        seat = Assignment.objects.get(state="leased")
        assert f"/desk/seat/{seat.pk}/" in page.url
        expect(page.locator("[data-judged]")).to_contain_text(seat.response.output)
    assert loaded == []
    assert page.url != first
    assert Rating.objects.count() == 3
    expect(page.locator("#announcer")).to_contain_text("The next response")


def test_back_shows_what_was_submitted_and_forward_the_response_in_work(at_desk, batch, ana):
    page = at_desk(ana, batch)
    first = page.url
    submit_all(page)
    second = page.url
    submit_all(page)
    third = page.url
    for way, to in (("back", second), ("back", first), ("forward", second)):
        go(page, way, to)
        assert page.locator("[data-submitted]").count() == 1
        assert page.locator("form#rating").count() == 0
    go(page, "forward", third)
    assert page.locator("[data-desk]").count() == 1
    assert Rating.objects.count() == 2
    page.reload()
    ready(page)
    submit_all(page)
    assert Rating.objects.count() == 3


def test_a_link_within_the_page_is_no_way_back(at_desk, batch, ana):
    page = at_desk(ana, batch)
    submit_all(page)
    marked(page)
    choose(page, "cites_policy", "1")
    page.evaluate("location.hash = 'judged'")
    page.go_back()
    page.wait_for_timeout(200)
    assert still(page)
    assert page.locator("input:checked").count() == 1


@pytest.mark.usefixtures("slow_undo")
def test_undo_for_half_a_minute_and_then_the_way_to_correct(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    first = page.url
    submit_all(page)
    undo = page.locator("[data-undo]").get_by_role("button", name="Undo")
    correct = page.locator("[data-undo]").get_by_role("link", name="Correct it")
    expect(undo).to_be_visible()
    expect(correct).to_be_hidden()
    page.clock.fast_forward("00:25")
    expect(undo).to_be_visible()
    page.clock.fast_forward("00:06")
    expect(undo).to_have_count(0)
    correct.click()
    page.wait_for_url(f"{first}?correct=1")
    expect(page.locator("#desk-notices")).to_contain_text("You are correcting your rating")
    assert page.locator("input:checked").count() == 2


@pytest.mark.usefixtures("slow_undo")
def test_a_submission_is_taken_back_by_one_key(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    first = page.url
    submit_all(page)
    page.keyboard.press("u")
    page.wait_for_url(first)
    ready(page)
    assert page.locator("input:checked").count() == 2
    assert Rating.objects.filter(withdrawn=True).count() == 1


def test_nothing_of_the_seat_before_goes_on(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    for _ in range(3):
        write(page, "polite", "Of this response only")
        page.keyboard.press("Escape")
        page.keyboard.press("k")
        submit_all(page)
    seat = Assignment.objects.get(state="leased")
    posts = paths(page, "fetch")
    page.keyboard.press("2")
    rest(page)
    saved(page)
    # One key, one choice, one save; and no word of the responses before.
    assert drafted(RatingDraft.objects.get()) == {"cites_policy": {"value": "1", "rationale": ""}}
    assert [one.rpartition("/desk/")[2] for one in posts] == [f"seat/{seat.pk}/draft"]
    page.mouse.move(10, 10)
    for _ in range(8):
        page.mouse.wheel(0, 10)
        page.clock.fast_forward("00:45")
    page.wait_for_timeout(200)
    assert all(f"seat/{seat.pk}/" in one for one in posts)
    # The time spent is saved by itself; what is kept until then goes with it.
    eventually(page, lambda: rest(page) or kept(page) == [])


def test_a_draft_still_on_its_way_is_given_up_for_the_submission(at_desk, batch, ana):
    page = at_desk(ana, batch)
    sent, _let_go = held(page, "**/draft")
    page.keyboard.press("2")
    eventually(page, lambda: len(sent) == 1)
    page.keyboard.press("2")
    first = page.url
    # It would be refused as of a rated response, and say so on the next one.
    with page.expect_event("requestfailed", lambda one: one.url.endswith("/draft")):
        submit(page)
    page.wait_for_url(lambda url: url != first)
    ready(page)
    expect(page.locator("#desk-notices [data-live]")).to_have_count(0)
    expect(page.locator("#save-state")).not_to_have_attribute("data-state", "failed")
    assert Rating.objects.count() == 1


@pytest.fixture
def rich(project) -> Batch:
    """Responses with code and formulas, to an item with a reference; overlap 2."""
    text = "So \\(x^2 + y^2\\) holds.\n\n```python\nprint('hello')\n```\n"
    made = []
    for number in range(3):
        item = Item.objects.create(
            project=project,
            external_id=f"rich-{number}",
            group_key=f"rich-{number}",
            messages=[{"role": "user", "content": "Show it."}],
            reference={"answer": f"The reference {number}"},
            content_hash=factories.digest(f"rich-{number}"),
        )
        made.append(factories.response(item, text=text))
    return assigning.open_batch(
        project,
        factories.published(project),
        "Rich",
        responses=Response.objects.filter(pk__in=[one.pk for one in made]),
        overlap=2,
        by=None,
    )


def test_formulas_code_and_the_drawer_work_on_the_response_put_in_place(at_desk, rich, ana):
    page = at_desk(ana, rich, clock=True)
    expect(page.locator(".math[data-set] .katex").first).to_be_attached()
    marked(page)
    submit_all(page)
    assert still(page)
    expect(page.locator("[data-judged] .math[data-set] .katex").first).to_be_attached()
    assert page.locator("[data-judged] pre code span").count() > 0
    seat = Assignment.objects.get(state="leased")
    page.keyboard.press("d")
    sources = page.locator("#sources")
    expect(sources).to_be_visible()
    expect(sources).to_contain_text(seat.response.item.reference["answer"])
    page.keyboard.press("Escape")
    expect(sources).to_be_hidden()
    with page.expect_response("**/flags"):
        page.keyboard.press("f")
    expect(page.locator("#flag")).to_be_visible()
    page.locator("#flag").get_by_label("What is wrong", exact=False).fill("Cut off.")
    page.keyboard.press("Control+Enter")
    flag_sent(page)
    assert seat.flags.count() == 1


def test_a_flag_on_its_way_is_waited_for(at_desk, batch, ana):
    page = at_desk(ana, batch)
    first, bodies = page.url, sent_to(page, "/submit")
    sent, let_go = held(page, "**/flag")
    answer_all(page)
    page.keyboard.press("f")
    page.locator("#flag textarea").fill("Unclear.")
    page.keyboard.press("Control+Enter")
    eventually(page, lambda: len(sent) == 1)
    page.keyboard.press("Escape")
    page.locator("#rating").evaluate("form => form.requestSubmit()")
    page.wait_for_timeout(200)
    assert (len(sent), bodies, page.url) == (1, [], first)
    let_go()
    page.wait_for_url(lambda url: url != first)
    assert len(bodies) == 1


def test_after_the_last_response_the_desk_says_that_nothing_is_left(at_desk, batch, ana):
    page = at_desk(ana, batch)
    for _ in range(4):
        submit_all(page)
    answer_all(page)
    submit(page)
    page.wait_for_url("**/desk/*/?after=*")
    expect(page.locator("main")).to_contain_text("Nothing is left for you here")
    assert Rating.objects.count() == 5

"""The pages by ear: what a screen reader says where, on the way through a whole response."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from labeling.models import Rating
from tests.browser.desk.conftest import Room
from tests.browser.desk.hands import choose, failed, ready, saved, visit
from tests.browser.everyone.heard import Reader, listen
from tests.browser.everyone.scene import Scene

TOP = ["banner", "navigation Project", "main"]
RATED = [*TOP, "region Conversation", "form Your judgement"]
TEXTS = [f"region {kind} {one}" for one in "ABC" for kind in ("Response", "Text of response")]
PLACES = [f"region {kind} {one}" for one in "123" for kind in ("Response", "Text of response")]
# Landmarks and headings of every page, as the keys of a screen reader walk them.
OUTLINES = {
    "log-in": (["main"], ["1 RubricStudio"]),
    "home": (["banner", "main"], ["1 Projects", "2 Refund answers"]),
    "desks": (
        ["banner", "main"],
        ["1 Desk", *(f"2 {one}" for one in ("Answers", "Practice", "First round"))]
        + [f"2 {one}" for one in ("Long traces", "Side by side", "One by one", "Disputed")],
    ),
    "desk": (RATED, ["1 Rate a response of First round"]),
    "long trace": (RATED, ["1 Rate a response of Long traces"]),
    "grid": (
        [*TOP, "region Responses side by side", *TEXTS],
        [
            "1 Rate 3 responses of Side by side side by side",
            *(f"2 Response {one}" for one in "ABC"),
        ],
    ),
    "one criterion": (
        [*TOP, "region Cites policy Gate", *PLACES],
        ["1 Rate 3 responses of One by one, one criterion at a time", "2 Cites policy Gate"]
        + [f"3 Response {one}" for one in "123"],
    ),
    "practice explained": (
        [*TOP, "region Conversation", "region Your answers", "region 1 of 2 as known"],
        ["1 Your rating of a response of Practice", "2 1 of 2 as known"],
    ),
    "own history": (
        ["banner", "main", "navigation Where this page is", "region Your ratings"],
        ["1 Your ratings"],
    ),
    "answer": (
        [
            *TOP,
            "region What was asked",
            "region Begin from a response",
            "region Your answer",
            "region Leave it to somebody else",
            "complementary",
            "region What it will be judged by",
        ],
        [
            "1 Write the answer",
            "2 What was asked",
            "2 Begin from a response",
            "2 Your answer",
            "2 Leave it to somebody else",
            "2 What it will be judged by",
        ],
    ),
    "disputes": (
        [*TOP, "search", "region Disputed responses", "navigation Pages"],
        ["1 Adjudication"],
    ),
    "blind rating": (RATED, ["1 Rate a response of Disputed before you rule on it"]),
    "ruling": (
        [*TOP, "region Conversation", "region 1 Cites policy", "region 2 Polite"],
        ["1 Rule on a response of Disputed", "2 1 Cites policy", "2 2 Polite"],
    ),
}
CITES = "radiogroup 1 Cites policy Gate, required"
CITES_TEXT = "Names the paragraph of the policy that decides the case."
COMPLETE = "radiogroup 2 Complete, required"
COMPLETE_TEXT = "Says “complete” in the first line."
POLITE = "radiogroup 3 Polite, required"
POLITE_TEXT = "Says “polite” in the first line."
FIRST = f"radio 1 Not met, not checked < {CITES}: {CITES_TEXT}"
NO_QUOTE = "“Cites policy” needs evidence: quote the passage of the response"
NO_REASON = "“Complete” needs a reason: say why"
PASSAGES = "textbox Passages of the response in its own words, one a line"


@pytest.fixture
def reader(room: Room, page: Page, watch) -> Reader:
    watch.expected = ("status of 422", "status of 409", "ERR_INTERNET_DISCONNECTED")
    listen(room.context)
    return Reader(page)


def test_every_page_has_its_landmarks_and_headings_and_no_control_without_a_name(
    scene: Scene, enter: Callable[[Page, str], Page], page: Page, reader: Reader
) -> None:
    heard = {}
    for name in scene.places:
        enter(page, name)
        assert reader.nameless() == [], name
        heard[name] = (reader.landmarks(), reader.headings())
    assert heard == OUTLINES


def test_a_whole_response_is_rated_by_ear(enter, page, reader) -> None:
    enter(page, "desk")
    # Whoever walks all of it hears each criterion with its text, each level with its anchor.
    assert reader.said("radiogroup") == [
        f"{CITES}: {CITES_TEXT}",
        f"{COMPLETE}: {COMPLETE_TEXT}",
        f"{POLITE}: {POLITE_TEXT}",
    ]
    assert reader.said("radio")[4:7] == [
        "radio Leaves it open Says neither what to do nor by when., not checked",
        "radio Names a way Says what to do, and no date., not checked",
        "radio Names way and time Says what to do and by when., not checked",
    ]
    # Whoever rates hears where each key leads.
    assert reader.focus() == FIRST
    page.keyboard.press("2")
    assert reader.focus() == (
        "radio 1 Leaves it open Says neither what to do nor by when., not checked"
        f" < {COMPLETE}: {COMPLETE_TEXT}"
    )
    page.keyboard.press("3")
    assert reader.focus() == f"radio 1 Not met, not checked < {POLITE}: {POLITE_TEXT}"
    saved(page)
    told = reader.announced()
    assert "saving…" in told
    assert re.fullmatch(r"saved \d\d:\d\d", told[-1])
    # What is missing is said, and the focus is at the first of it.
    page.keyboard.press("Control+Enter")
    reader.hears(f"{NO_QUOTE}; {NO_REASON}; Polite is not answered yet.")
    assert reader.focus() == (f"radio 2 Met, checked < {CITES}, invalid: {CITES_TEXT} {NO_QUOTE}")
    page.keyboard.press("e")
    assert reader.focus() == f"{PASSAGES} < {CITES}, invalid: {CITES_TEXT} {NO_QUOTE}"
    page.keyboard.type("within 30 days")
    page.keyboard.press("Escape")
    assert reader.focus() == f"radio 2 Met, checked < {CITES}: {CITES_TEXT}"
    page.keyboard.press("j")
    page.keyboard.press("r")
    assert reader.focus() == (
        f"textbox Why? (required) < {COMPLETE}, invalid: {COMPLETE_TEXT} {NO_REASON}"
    )
    page.keyboard.type("It names a date.")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("1")
    assert reader.focus() == "button Submit and next Ctrl Enter"
    # The next response is said, and the focus is where it is rated.
    page.keyboard.press("Enter")
    reader.hears("Submitted. The next response. 1 of 3")
    assert reader.focus() == FIRST
    assert Rating.objects.filter(batch__name="First round").count() == 1


def test_skipping_says_so_and_begins_at_the_next_response(enter, page, reader) -> None:
    enter(page, "desk")
    before = page.url
    page.keyboard.press("s")
    assert reader.focus() == "dialog Skip this response"
    page.keyboard.press("Tab")
    assert reader.focus().endswith(" < group Reason (required) < dialog Skip this response")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)
    ready(page)
    reader.hears("Skipped. Somebody else will be asked.")
    assert reader.focus() == FIRST


def test_every_dialog_says_what_it_is_and_gives_the_focus_back(enter, page, reader) -> None:
    enter(page, "desk")
    page.keyboard.press("j")
    here = reader.focus()
    opened = {}
    for key in "sf?dg":
        page.keyboard.press(key)
        opened[key] = reader.focus()
        page.keyboard.press("Escape")
        assert reader.focus() == here, key
    assert opened == {
        "s": "dialog Skip this response",
        "f": "textbox What is wrong (required), required < dialog Flag a problem",
        "?": "dialog Keys",
        "d": "dialog Sources",
        "g": "dialog Guidelines",
    }
    for words in ("Skip", "Flag", "Keys", "Sources", "Guidelines"):
        button = page.get_by_role("button", name=words, exact=True)
        button.focus()
        page.keyboard.press("Enter")
        assert "dialog" in reader.focus()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
    page.keyboard.press("f")
    page.keyboard.type("It can be read in two ways.")
    page.keyboard.press("Control+Enter")
    reader.hears("Flag sent to the author")
    assert "dialog" not in reader.focus()


def test_two_texts_are_an_alert_that_says_what_is_asked(enter, page, room, reader) -> None:
    enter(page, "desk")
    other = room.context.new_page()
    visit(other, page.url)
    choose(other, "polite", "0")
    saved(other)
    other.close()
    page.bring_to_front()
    choose(page, "polite", "1")
    asked = page.get_by_role("alertdialog", name="Two versions of your answers")
    expect(asked).to_be_visible()
    said = asked.locator("#conflict-text").inner_text()
    assert said
    # Of two pages only one is the system's: what is read is looked up by the dialog.
    assert reader.said("alertdialog") == [f"alertdialog Two versions of your answers: {said}"]
    expect(asked.get_by_role("button", name="Keep what is here")).to_be_focused()
    page.keyboard.press("Enter")
    expect(asked).to_be_hidden()
    at = "document.activeElement.closest('[data-criterion]').dataset.criterion"
    assert page.evaluate(at) == "polite"
    saved(page)


def test_a_lost_connection_and_its_end_are_said(enter, page, room, reader) -> None:
    enter(page, "desk")
    room.context.set_offline(True)
    page.keyboard.press("2")
    failed(page)
    reader.hears("not saved, will retry")
    reader.hears("The server cannot be reached.")
    room.context.set_offline(False)
    saved(page)
    reader.hears("saved ")


def test_side_by_side_and_one_by_one_it_is_said_which_response_one_stands_at(
    enter, page, reader
) -> None:
    enter(page, "grid")
    page.keyboard.press("l")
    around = "region Response B < region Responses side by side"
    assert reader.focus() == f"{FIRST} < {around}"
    enter(page, "one criterion")
    page.keyboard.press("j")
    assert reader.focus() == f"{FIRST} < region Response 2"


def test_keys_that_are_pressed_unmeant_are_turned_off(enter, page, reader) -> None:
    enter(page, "desk")
    page.keyboard.press("?")
    page.get_by_label("Turn off the keys without Ctrl").check()
    page.keyboard.press("Escape")
    for key in "2sf":
        page.keyboard.press(key)
    assert reader.focus() == FIRST
    page.reload()
    ready(page)
    page.keyboard.press("2")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.keyboard.press("Control+Enter")
    reader.hears("Polite is not answered yet.")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Turn off the keys without Ctrl").uncheck()
    page.keyboard.press("Escape")
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("2")
    expect(page.locator("[data-criterion=cites_policy] input:checked")).to_have_value("1")
    saved(page)

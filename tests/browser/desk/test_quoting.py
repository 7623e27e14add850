"""Evidence by selecting where several responses stand on a page: a quote stays with its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from labeling import assigning
from labeling.models import Assignment, Batch, Rating, RatingDraft, Response
from labeling.ways import Asking
from tests import factories
from tests.browser.conftest import Watch
from tests.browser.desk.hands import browsing, eventually, log_in, ready, saved, visit
from tests.labeling.rating.seats import drafted

TEXTS = (
    "Yes, within 30 days: write to us.",
    "No: write to us first.",
    "Ask. Then **write to us**.",
)
MARKED = "name => [...(CSS.highlights.get(name) ?? [])].map((range) => range.toString())"
# Until the fonts are there lines move.
SET = "document.fonts.ready.then(() => {})"
SELECT = """(turn, words) => {
  const walk = document.createTreeWalker(turn, NodeFilter.SHOW_TEXT);
  while (walk.nextNode() && !walk.currentNode.data.includes(words));
  const node = walk.currentNode;
  const at = node.data.indexOf(words);
  getSelection().setBaseAndExtent(node, at, node, at + words.length);
  const { left, right, top, height } = getSelection().getRangeAt(0).getBoundingClientRect();
  return { left, right, y: top + height / 2 };
}"""


def opened(project, way: str) -> Batch:
    """Three responses, of one item in a grid, of three in a sitting; the first criterion quotes."""
    version = factories.draft(project)
    factories.criterion(version, needs_evidence=True)
    factories.criterion(version, "polite")
    factories.publish(version)
    by = factories.generator(project)
    item = factories.item(project)
    for at, text in enumerate(TEXTS):
        of = item if way == "grid" else factories.item(project)
        factories.response(of, by, text, index=at if way == "grid" else 0)
    return assigning.open_batch(
        project,
        version,
        "Quotes",
        responses=Response.objects.all(),
        asking=Asking(way=way),
        by=None,
    )


def beside(page: Page, text: str) -> Locator:
    """The response of this text with what is asked of it."""
    words = text.replace("**", "")
    return page.locator("[data-column], [data-place]").filter(has_text=words)


def select(where: Locator, words: str) -> dict[str, float]:
    """Select words as a long press and its handles do; where they stand."""
    return where.locator("[data-judged]").evaluate(SELECT, words)


def drag(page: Page, where: Locator, words: str) -> None:
    """Select words with the mouse."""
    where.locator("[data-judged]").evaluate("one => one.scrollIntoView({ block: 'center' })")

    def is_selected() -> bool:
        at = select(where, words)
        page.evaluate("getSelection().removeAllRanges()")
        page.mouse.move(at["left"] + 1, at["y"])
        page.mouse.down()
        page.mouse.move(at["right"], at["y"], steps=4)
        page.mouse.up()
        return bool(page.evaluate("getSelection().toString()").strip() == words)

    # What moves while it is pressed, since the page is still being set, is dragged again.
    page.evaluate(SET)
    eventually(page, is_selected)


def quoted(where: Locator, key: str) -> list[str]:
    return where.locator(f"[data-criterion={key}] .evidence q").all_inner_texts()


def kept(text: str, key: str) -> object:
    """The evidence that the draft of this response holds."""
    draft = RatingDraft.objects.get(assignment__response__output=text)
    return drafted(draft)[key]["evidence"]


def test_in_a_grid_a_quote_goes_to_its_own_column(at_desk, project, ana):
    page = at_desk(ana, opened(project, "grid"))
    one, two, three = (beside(page, text) for text in TEXTS)
    one.locator("[data-criterion=polite] input").first.focus()
    # By the mouse: of whichever column, for the row one was at.
    drag(page, two, "write to us")
    take = page.locator(".evidence-take")
    letter = two.get_attribute("data-letter")
    expect(take).to_have_text(f"Response {letter}: Evidence for “Polite” (e)")
    take.click()
    expect(take).to_be_hidden()
    assert quoted(two, "polite") == ["write to us"]
    # By the key, at another row and in another column, through what is set bold.
    page.keyboard.press("k")
    select(three, "write to us")
    page.keyboard.press("e")
    expect(page.locator("#announcer")).to_contain_text("Quoted for Cites policy: write to us")
    assert quoted(three, "cites_policy") == ["write to us"]
    # With nothing selected it is written, as ever.
    one.locator("[data-criterion=cites_policy] input").first.focus()
    page.keyboard.press("e")
    page.keyboard.type("within 30 days")
    page.keyboard.press("Escape")
    expect(one.locator("[data-criterion=cites_policy] .evidence q")).to_have_text("within 30 days")
    saved(page)
    # “No: ” has three characters that are no white space, “write to us” nine.
    place = {"quote": "write to us", "turn": 1, "start": 3, "end": 12}
    assert kept(TEXTS[1], "polite") == [place]
    page.reload()
    ready(page)
    quotes = ["within 30 days", "write to us", "write to us"]
    eventually(page, lambda: sorted(page.evaluate(MARKED, "evidence")) == quotes)
    two.locator(".evidence-show").click()
    assert page.evaluate(MARKED, "evidence-now") == ["write to us"]
    # A column whose quote is taken away keeps the others'.
    two.get_by_role("button", name="Remove the quote").click()
    assert quoted(two, "polite") == []
    assert quoted(three, "cites_policy") == ["write to us"]


def test_a_quote_of_a_grid_keeps_its_place_when_it_is_submitted(at_desk, project, ana):
    page = at_desk(ana, opened(project, "grid"))
    for text in TEXTS:
        select(beside(page, text), "rite to us")
        page.keyboard.press("e")
    for radio in page.locator("#rating [type=radio][value='1']").all():
        radio.check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/*/?left=0*")
    made = Rating.objects.get(assignment__response__output=TEXTS[0])
    score = made.scores.get(criterion__key="cites_policy")
    # Before it: “Yes,within30days:w”, 18 characters that are no white space; it has eight.
    assert score.evidence == [{"quote": "rite to us", "turn": 1, "start": 18, "end": 26}]


def test_in_a_sitting_a_quote_goes_to_its_own_response(at_desk, project, ana):
    page = at_desk(ana, opened(project, "by_criterion"))
    one, two, three = (beside(page, text) for text in TEXTS)
    drag(page, two, "write to us")
    take = page.locator(".evidence-take")
    number = two.get_attribute("data-number")
    expect(take).to_have_text(f"Response {number}: Evidence for “Cites policy” (e)")
    take.click()
    select(three, "write to us")
    page.keyboard.press("e")
    said = f"Response {three.get_attribute('data-number')}: Quoted for Cites policy: write to us"
    expect(page.locator("#announcer")).to_have_text(said)
    select(one, "30 days")
    page.keyboard.press("e")
    assert [quoted(where, "cites_policy") for where in (one, two, three)] == [
        ["30 days"],
        ["write to us"],
        ["write to us"],
    ]
    for radio in page.locator("#rating [type=radio][value='1']").all():
        radio.check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Polite")).to_be_visible()
    ready(page)
    # “Yes, within ” has ten characters that are no white space, the quote six.
    place = {"quote": "30 days", "turn": 1, "start": 10, "end": 16}
    assert kept(TEXTS[0], "cites_policy") == [place]
    for radio in page.locator("#rating [type=radio][value='1']").all():
        radio.check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/*/?left=0*")
    made = Rating.objects.get(assignment__response__output=TEXTS[0])
    assert made.scores.get(criterion__key="cites_policy").evidence == [place]


@pytest.mark.parametrize("way", ["grid", "by_criterion"])
@pytest.mark.parametrize("width", [390, 1280])
def test_by_touch_the_button_stands_beside_what_is_selected(
    browser: Browser, live_server, watch: Watch, project, ana, way, width
):
    seat = assigning.claim_next(opened(project, way), ana)
    assert isinstance(seat, Assignment)
    size = {"width": width, "height": 844}
    touched = {"viewport": size, "has_touch": True, "is_mobile": width < 900}
    with browsing(browser, live_server.url, watch, **touched) as context:
        log_in(context, live_server.url, ana)
        page = context.new_page()
        visit(page, f"{live_server.url}/desk/seat/{seat.pk}/")
        _take_what_is_selected(page, width)


def _take_what_is_selected(page: Page, width: int) -> None:
    page.evaluate(SET)
    last = page.locator("[data-column], [data-place]").last
    last.locator("[data-judged]").scroll_into_view_if_needed()
    at = select(last, "rite to us")
    take = page.locator(".evidence-take")
    expect(take).to_be_visible()
    box = take.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert abs(box["y"] - at["y"]) < 60
    take.tap()
    expect(last.locator(".evidence q")).to_have_text("rite to us")
    saved(page)

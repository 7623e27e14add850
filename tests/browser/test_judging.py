"""What is asked beside the criteria: evidence by selecting, how sure, an overall before them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import eventually, saved
from tests.browser.experts import Expert, an_expert
from tests.browser.material import difficult_files
from tests.browser.seats import ready

ANSWER = """You may send it back **within 30 days**. The price is $p \\cdot n$ euro:

1. Pack the kettle.
2. Send it.

```python
refund(order="A-1")
```"""
SELECT = """([from, to]) => {
  const walker = document.createTreeWalker(
    document.querySelector("[data-judged] .turn-text"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.includes(from)) range.setStart(node, node.data.indexOf(from));
    if (node.data.includes(to)) range.setEnd(node, node.data.indexOf(to) + to.length);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
MARKED = """name => [...(CSS.highlights.get(name) ?? [])].map((range) =>
  range.toString().replace(/\\s+/g, " ").trim())"""


def files_of(folder: Path, count: int) -> dict[str, Path]:
    files = difficult_files(folder, count)
    responses = [
        {"item_id": f"hostile-{number}", "generator": "model-a", "output": ANSWER}
        for number in range(count)
    ]
    files["Responses"].write_text("".join(json.dumps(one) + "\n" for one in responses))
    return files


@pytest.fixture(scope="module")
def expert(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Expert:
    """An expert of a batch that asks for everything there is beside the criteria."""
    files = files_of(tmp_path_factory.mktemp("judging"), 4)
    asking = {
        "Ask how sure experts are": "on",
        "Percent of responses with an overall": "100",
        "Percent of places with shuffled criteria": "100",
    }
    return an_expert(request, "Judging", files, asking=asking, look=expect_shuffled)


def expect_shuffled(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("shuffled on 100 % of the places")


@pytest.fixture
def desk(person: Callable[..., Person], expert: Expert) -> Person:
    ana = person(expert.username, storage_state=expert.state)
    page = ana.goto("/desk/")
    page.get_by_role("button", name=re.compile("Start rating|Continue")).click()
    ready(page)
    return ana


def current(page: Page) -> str | None:
    return page.locator("[data-current]").get_attribute("data-criterion")


def quote(page: Page, start: str, end: str) -> None:
    page.evaluate(SELECT, [start, end])
    expect(page.locator(".evidence-take")).to_be_visible()


def expect_second_marked(page: Page) -> None:
    """Marks are drawn with the next frame."""
    last = 'refund(order="A-1'
    eventually(page, lambda: page.evaluate(MARKED, "evidence")[1:] == [last])


def test_a_response_is_judged_whole_by_keyboard(desk: Person) -> None:
    page = desk.page
    # The overall comes first, and nothing of the criteria is seen before it is said.
    assert current(page) == "_overall"
    assert page.locator("[data-criterion]:visible").count() == 1
    desk.check_accessibility()
    page.keyboard.press("4")
    overall = page.locator("[data-criterion=_overall]")
    expect(overall.get_by_role("radio").nth(4)).to_be_checked()
    shown = page.locator("[data-criterion]").evaluate_all(
        "all => all.map((one) => one.dataset.criterion)"
    )
    assert shown[0] == "_overall"
    assert sorted(shown[1:]) == ["clear", "polite", "right"]
    assert current(page) == shown[1]
    # A level, then how sure: with both said the next criterion is open.
    page.keyboard.press("2")
    assert current(page) == shown[1]
    expect(overall.get_by_role("radio").nth(4)).to_be_disabled()
    quote(page, "within 30", "Pack the")
    page.keyboard.press("e")
    first = page.locator(f"[data-criterion={shown[1]}]")
    expect(first.locator(".evidence q")).to_have_text(
        re.compile(r"^within 30 days. The price is p \\cdot n euro: Pack the$")
    )
    quote(page, "refund", "A-1")
    page.locator(".evidence-take").click()
    expect(first.locator(".evidence q")).to_have_count(2)
    page.keyboard.press("o")
    assert current(page) == shown[2]
    desk.check_accessibility()
    saved(page)
    page.reload()
    ready(page)
    expect(first.locator(".evidence q")).to_have_count(2)
    expect_second_marked(page)
    expect(first.locator("select")).to_have_value("2")
    # The page opens at what is still to be answered.
    assert current(page) == shown[2]
    for key in ("2", "p", "1", "i"):
        page.keyboard.press(key)
    here = page.url.partition("?")[0]
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: here not in url)
    # What was submitted shows its quotes and where they stand.
    page.goto(here)
    expect(page.locator(".evidence q")).to_have_count(2)
    expect_second_marked(page)
    page.locator(".evidence-show").nth(1).click()
    assert page.evaluate(MARKED, "evidence-now") == ['refund(order="A-1']
    desk.check_accessibility()


def test_a_quote_is_taken_away_and_words_from_elsewhere_are_refused(desk: Person) -> None:
    desk.watch.expected = ("status of 422",)
    page = desk.page
    page.keyboard.press("4")
    quote(page, "Send it", "Send it")
    page.keyboard.press("e")
    criterion = page.locator("[data-current]")
    criterion.get_by_role("button", name="Remove the quote “Send it”").press("Enter")
    expect(criterion.locator(".evidence q")).to_have_count(0)
    for key in ("2", "p", "2", "p", "2", "p"):
        page.keyboard.press(key)
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.keyboard.type("You may keep it")
    page.keyboard.press("Control+Enter")
    fault = "“You may keep it” does not occur in the response: quote its own words"
    expect(page.locator(".criterion-error:visible")).to_have_text(fault)

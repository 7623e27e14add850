"""An answer task at a browser: opened, written at with and without a connection, sent."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import eventually, held
from tests.browser.test_pages import look_at, sit_down


def test_an_expert_repairs_a_response_and_sends_it(
    person: Callable[..., Person], demo: dict[str, str]
) -> None:
    admin = sit_down(person, "demo-admin", demo["demo-admin"])
    page = admin.goto("/p/demo/answers/new")
    look_at(admin)
    page.get_by_label("Name").fill("Answers by experts")
    page.get_by_role("button", name="Open the task").click()
    expect(page.locator("main")).to_contain_text("items answered by experts")
    look_at(admin)
    expert = sit_down(person, "demo-expert-3", demo["demo-expert-3"])
    page = expert.goto("/desk/")
    page.get_by_role("button", name="Write an answer").click()
    page.wait_for_url("**/answers/*/")
    look_at(expert)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_text("Response 1", exact=True).check()
    page.get_by_role("button", name="Begin from this").click()
    text = page.get_by_role("textbox", name="Your answer")
    expect(text).not_to_have_value("")
    page.wait_for_load_state()
    written = f"{text.input_value()} I have asked a colleague to look at it again."
    text.fill(written)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    expect(page.locator("#save-state")).to_have_text("saved")
    written = written_before_the_script(page, f"{written} He says so.")
    page.reload()
    expect(text).to_have_value(written)
    expect(page.locator("#edits + .difference")).to_contain_text("a colleague")
    look_at(expert)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("heading", name="What you wrote").wait_for()
    look_at(expert)


def written_before_the_script(page: Page, text: str) -> str:
    """Loaded again, and written at while the page's script is still on its way: kept, too."""
    scripts = re.compile(r"/js/answer[^/]*\.js$")
    sent, let_go = held(page, scripts)
    page.reload(wait_until="commit")
    page.get_by_role("textbox", name="Your answer").fill(text)
    eventually(page, lambda: bool(sent))
    let_go()
    expect(page.locator("#save-state")).to_have_text("saved")
    page.unroute(scripts)
    return text

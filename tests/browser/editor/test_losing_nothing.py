"""The editor by two authors at once, without a network, and left in a hurry."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import saved
from tests.browser.drafts import (
    at_work,
    card,
    edit,
    names,
    open_editor,
)
from tests.browser.editor.conftest import Authors


def test_two_authors_of_one_criterion_see_both_texts(bea: Person, cem: Person, draft: str) -> None:
    bea.watch.expected = ("status of 409",)
    mine, theirs = open_editor(bea, draft), open_editor(cem, draft)
    form = edit(mine, "Reaches the goal")
    other = edit(theirs, "Reaches the goal")
    other.get_by_label("Guidance").fill("Look at the end state, says cem.")
    saved(theirs)
    # Another criterion meets nobody.
    elsewhere = edit(theirs, "Calls the right tool")
    elsewhere.get_by_label("Guidance").fill("By cem as well.")
    saved(theirs)

    form.get_by_label("Guidance").fill("Look at the proof, says bea.")
    panel = form.locator("[data-clash]")
    expect(panel).to_contain_text("cem-")
    expect(panel).to_contain_text("Look at the end state, says cem.")
    expect(panel).to_contain_text("Look at the proof, says bea.")
    expect(mine.locator("#save-state")).to_have_text("not saved: changed elsewhere")
    bea.check_accessibility()
    # Typing on changes nothing on the server until one is chosen.
    form.get_by_label("Guidance").fill("Look at the proof and the end state.")
    panel.get_by_role("button", name="Keep mine").click()
    saved(mine)
    form.get_by_role("button", name="Save").last.click()
    expect(form).to_have_count(0)

    # The other author comes back to it and takes what stands there.
    other.get_by_label("Guidance").fill("Look at the end state, says cem again.")
    panel = other.locator("[data-clash]")
    expect(panel).to_contain_text("Look at the proof and the end state.")
    panel.get_by_role("link", name="Take theirs").click()
    expect(theirs.locator("form.criterion-form").get_by_label("Guidance").first).to_have_value(
        "Look at the proof and the end state."
    )
    theirs.reload()
    at_work(theirs)
    expect(edit(theirs, "Calls the right tool").get_by_label("Guidance")).to_have_value(
        "By cem as well."
    )


def test_a_criterion_removed_by_another_is_put_back_or_left(
    bea: Person, cem: Person, draft: str
) -> None:
    bea.watch.expected = ("status of 409",)
    mine, theirs = open_editor(bea, draft), open_editor(cem, draft)
    for name in ("Reaches the goal", "Calls the right tool"):
        edit(mine, name)
        card(theirs, name).get_by_title("Remove").click()
        expect(card(theirs, name)).to_have_count(0)
    first, second = mine.locator("form.criterion-form").all()
    first.get_by_label("Guidance").fill("Mine, and wanted.")
    expect(first.locator("[data-clash]")).to_contain_text("has removed this criterion")
    first.get_by_role("button", name="Put it back with my text").click()
    saved(mine)
    second.get_by_label("Guidance").fill("Mine, and not needed.")
    second.get_by_role("link", name="Leave it removed").click()
    expect(mine.locator("form.criterion-form")).to_have_count(0)
    assert names(mine) == [
        "Completes the parts of the request",
        "Passes the right arguments",
        "Reaches the goal",
    ]
    expect(edit(mine, "Reaches the goal").get_by_label("Guidance")).to_have_value(
        "Mine, and wanted."
    )


def test_what_is_typed_without_a_network_is_saved_afterwards(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    form = edit(page, "Reaches the goal")
    # What draws itself anew beside the form meanwhile fails, too, and htmx says so.
    bea.watch.expected = ("ERR_INTERNET_DISCONNECTED", "htmx:")
    page.context.set_offline(True)
    form.get_by_label("Guidance").fill("Typed in a tunnel.")
    expect(page.locator("#save-state")).to_have_text("not saved, will retry")
    expect(page.locator("#editor-notices")).to_contain_text("The server cannot be reached")
    # A button that cannot be carried out says so and leaves everything where it is.
    before = names(page)
    card(page, "Passes the right arguments").get_by_title("Move up").click()
    expect(page.locator("#editor-notices")).to_contain_text("Nothing was changed")
    assert names(page) == before
    # It is said for longer than until the text is tried again.
    with page.expect_event("requestfailed"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("new Promise((done) => setTimeout(done))")
    expect(page.locator("#editor-notices")).to_contain_text("Nothing was changed")
    page.context.set_offline(False)
    saved(page)
    expect(page.locator("#editor-notices .alert")).to_have_count(0)
    page.reload()
    at_work(page)
    expect(edit(page, "Reaches the goal").get_by_label("Guidance")).to_have_value(
        "Typed in a tunnel."
    )


def test_a_page_that_dies_without_a_network_loses_nothing(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    form = edit(page, "Completes the parts of the request")
    bea.watch.expected = ("ERR_INTERNET_DISCONNECTED", "htmx:")
    page.context.set_offline(True)
    form.get_by_role("button", name="Add level").click()
    expect(page.locator("#site-alerts")).to_contain_text("cannot be reached")
    form.get_by_label("Guidance").fill("Typed before the battery died.")
    expect(page.locator("#save-state")).to_have_text("not saved, will retry")
    page.close()
    bea.page = page = bea.page.context.new_page()
    page.context.set_offline(False)
    open_editor(bea, draft)
    guidance = page.locator("form.criterion-form").get_by_label("Guidance")
    expect(guidance).to_have_value("Typed before the battery died.")
    saved(page)
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes('editor'))") == []
    # Nothing is unsaved now, so leaving asks nothing: the watch would have seen a dialog.
    bea.goto(draft)


def test_logging_out_leaves_no_text_behind(
    person: Callable[..., Person], authors: Authors, draft: str
) -> None:
    name, password = authors.account
    author = person(name).log_in(password)
    page = open_editor(author, draft)
    user = page.locator("form[data-log-out]").get_attribute("data-user")
    for owner in (user, f"{user}0"):
        page.evaluate(
            "(key) => localStorage.setItem(key, '{\"pending\": true}')",
            f"rubricstudio-editor:{owner}:1:1",
        )
    for _ in range(2):
        # The first time says that something is not on the server yet.
        page.get_by_role("button", name=name).click()
        page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")
    left = page.evaluate("Object.keys(localStorage).filter((k) => k.includes('editor'))")
    assert left == [f"rubricstudio-editor:{user}0:1:1"], "another author's text waits for them"

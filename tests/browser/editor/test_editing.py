"""The editor by mouse, beside responses, with hostile words and without script."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

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
from tests.browser.editor.told import look, told
from tests.browser.material import HOSTILE


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    bea: Person, draft: str
) -> None:
    page = open_editor(bea, draft)
    form = edit(page, "Reaches the goal")
    bea.watch.expected = ("status of 422",)
    form.get_by_label("Points").fill("many")
    expect(page.locator("#save-state")).to_have_text("not saved yet")
    points = form.get_by_label("Points")
    expect(points).to_have_attribute("aria-invalid", "true")
    expect(points).to_have_accessible_description(re.compile("Must be a number"))
    bea.check_accessibility()
    # The form does not close over it.
    form.get_by_role("button", name="Save").last.click()
    expect(points).to_be_focused()
    points.fill("4")
    saved(page)
    expect(form.locator(".field-error")).to_have_count(0)


AT_ONCE = """() => addEventListener("htmx:afterSwap", ({ target }) => {
  const field = target.querySelector("[name=guidance]");
  if (!field) return;
  field.value = "Written at once.";
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def test_what_is_written_the_moment_a_form_is_there_is_saved(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    page.evaluate(AT_ONCE)
    edit(page, "Reaches the goal")
    saved(page)
    page.reload()
    at_work(page)
    guidance = edit(page, "Reaches the goal").get_by_label("Guidance")
    expect(guidance).to_have_value("Written at once.")


def test_cards_are_dragged_by_mouse_within_and_across_sections(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    # What the lint says beside a card would move all that stands below.
    expect(page.locator("[data-lint-total]")).not_to_have_text("what it finds")
    page.set_viewport_size({"width": 1280, "height": 2400})
    first, last = "Reaches the goal", "Passes the right arguments"
    drag(page, last, first)
    expect(page.locator("#outline .criterion-name").first).to_have_text(last)
    told(page, "number 1 of 4 now, in the section “Outcome”")
    drag(page, first, "Completes the parts of the request", below=True)
    told(page, "number 3 of 4 now, in the section “Outcome”")
    page.reload()
    at_work(page)
    assert names(page)[:3] == [last, "Completes the parts of the request", first]
    page.get_by_role("button", name="Undo").click()
    told(page, "Taken back: moved “Reaches the goal”")
    assert names(page)[:2] == [last, first]


def drag(page: Page, name: str, onto: str, *, below: bool = False) -> None:
    """Take a card by its handle and let it go above or below another."""
    handle = card(page, name).locator("[data-handle]")
    target = card(page, onto)
    handle.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    y = box["y"] + (box["height"] - 4 if below else 4)
    page.mouse.move(box["x"] + 40, y - 3, steps=4)
    page.mouse.move(box["x"] + 40, y, steps=2)
    page.mouse.up()


def test_sections_are_renamed_and_moved_with_all_they_hold(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    section = page.locator(".draft-section").filter(has_text="Calls")
    section.get_by_role("button", name="Move section up").click()
    expect(page.locator("#outline .criterion-name").first).to_have_text("Calls the right tool")
    told(page, "has been moved")
    section.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Tools / Calls")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Tools / Calls")).to_be_visible()
    told(page, "is called “Tools / Calls” now")
    # Folded away, its cards are out of the way.
    page.get_by_role("heading", name="Tools / Calls").click()
    expect(card(page, "Calls the right tool")).to_be_hidden()


def test_the_preview_shows_the_criterion_beside_responses(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    form = edit(page, "Reaches the goal")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Response 1 of 3")
    form.get_by_label("Criterion", exact=True).fill("The order is shown as cancelled.")
    expect(preview).to_contain_text("The order is shown as cancelled.")
    preview.get_by_role("link", name="Next").click()
    expect(preview).to_contain_text("Response 2 of 3")
    form.get_by_label("Guidance").fill("Look twice.")
    saved(page)
    expect(preview).to_contain_text("Response 2 of 3")
    # Beneath it, what the labels there are would earn under this draft.
    expect(page.locator("#scoring-preview")).to_contain_text("No labelled responses yet")
    # What responses try to do to the page stays words.
    expect(preview).to_contain_text("alert(1)")
    assert page.title() != "hacked"
    look(bea)
    preview.get_by_role("link", name="On a page of its own").click()
    page.wait_for_url("**/preview?response=**")
    look(bea)


def test_hostile_words_in_every_field_stay_words(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    form = edit(page, "Reaches the goal")
    line = "<img src=x onerror=alert(1)>{{ 7|add:7 }}<script>alert(2)</script>"
    for label in ("Criterion", "Guidance"):
        form.get_by_label(label, exact=True).fill(HOSTILE)
    for label in ("Name", "Section"):
        form.get_by_label(label, exact=True).fill(line)
    level = form.get_by_role("group", name="Level 1")
    for label in ("Label", "Anchor", "Example"):
        level.get_by_label(label).fill(line)
    saved(page)
    form.get_by_role("button", name="Save").last.click()
    expect(form).to_have_count(0)
    expect(card(page, line)).to_contain_text("<script>document.title")
    page.reload()
    at_work(page)
    expect(card(page, line)).to_be_visible()
    expect(page.get_by_role("heading", name=line).first).to_be_visible()
    assert page.title() != "hacked"


def test_every_state_of_the_editor_is_without_fault(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    look(bea)
    edit(page, "Completes the parts of the request")
    look(bea)
    page.set_viewport_size({"width": 1920, "height": 1000})
    bea.check_width()
    bea.goto(f"{draft}/gallery")
    look(bea)


def test_without_script_everything_works_on_plain_pages(
    person: Callable[..., Person], authors: Authors, draft: str
) -> None:
    plain = person("bea", storage_state=authors.states[0], java_script_enabled=False)
    page = plain.goto(draft)
    card(page, "Reaches the goal").get_by_role("link", name="Edit").click()
    form = page.locator("form.criterion-form")
    form.get_by_label("Type").select_option("ordinal")
    form.get_by_role("button", name="Use this type").click()
    form.get_by_role("button", name="Add level").click()
    for number in (3, 4):
        level = form.get_by_role("group", name=f"Level {number}")
        level.get_by_label("Label").fill(f"Beyond {number}")
        level.get_by_label("Anchor").fill("More than was asked for.")
    form.get_by_label("Gate passes at").fill("1")
    form.get_by_role("button", name="Save").last.click()
    page.wait_for_url(re.compile("/edit#c-"))
    expect(page.locator("#site-alerts")).to_contain_text("is saved")
    expect(card(page, "Reaches the goal")).to_contain_text("Beyond 4")
    card(page, "Reaches the goal").get_by_role("button", name="Move Reaches the goal down").click()
    expect(page.locator("#site-alerts")).to_contain_text("number 2 of 4 now")
    card(page, "Reaches the goal").get_by_role("button", name="Duplicate").click()
    copy = card(page, "Reaches the goal (copy)")
    expect(copy).to_have_count(1)
    copy.get_by_role("button", name="Remove").click()
    expect(page.locator("#site-alerts")).to_contain_text("is removed")
    expect(copy).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#site-alerts")).to_contain_text("Taken back: removed")
    expect(copy).to_have_count(1)
    page.get_by_role("button", name="Criterion in this section").first.click()
    form.get_by_label("Criterion", exact=True).fill("Names the date of delivery.")
    form.get_by_role("button", name="Save").last.click()
    expect(card(page, "Names the date of delivery.")).to_be_visible()

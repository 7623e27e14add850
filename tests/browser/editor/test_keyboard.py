"""The editor by keyboard alone."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import saved
from tests.browser.drafts import (
    at_first_field,
    at_work,
    card,
    names,
    open_editor,
    tab_until,
    to_button,
    to_field,
    write,
)
from tests.browser.editor.conftest import Authors
from tests.browser.editor.told import told


def test_a_rubric_is_written_and_published_by_keyboard_alone(bea: Person, authors: Authors) -> None:
    # Whoever types slowly is told meanwhile that a level has no label yet.
    bea.watch.expected = ("status of 422",)
    page = bea.goto(f"/p/{authors.slug}/rubrics/")
    to_button(page, "New rubric")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rubrics/new")
    title = f"By keyboard {uuid4().hex[:6]}"
    write(page, "Title", title)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/edit$"))
    at_work(page)

    # A section, begun with a gate.
    to_button(page, "Section")
    page.keyboard.press("Enter")
    write(page, "Name", "Decision")
    page.keyboard.press("Enter")
    at_first_field(page.locator("form.criterion-form"))
    page.keyboard.type("Names the paragraph that decides the case.")
    to_field(page, "Name")
    page.keyboard.type("Names the rule")
    tab_until(page, "it.name === 'weight_class'")
    # One letter: whoever is slow with the next begins a new word with it.
    page.keyboard.press("e")
    to_field(page, "Gate: failing it makes the whole reward 0")
    page.keyboard.press("Space")
    saved(page)
    expect(page.locator("[name=points]")).to_have_value("5")
    page.keyboard.press("Control+Enter")
    expect(card(page, "Names the rule")).to_contain_text("Gate")
    focused(page, "Names the rule")

    # An ordinal scale with anchors and an example.
    page.keyboard.press("a")
    at_first_field(page.locator("form.criterion-form"))
    page.keyboard.type("How many conditions are put beside a fact of the conversation.")
    write(page, "Name", "Checks the conditions")
    write(page, "Section", "Decision")
    tab_until(page, "it.name === 'type'")
    page.keyboard.press("o")
    expect(page.get_by_role("group", name="Level 3")).to_be_visible()
    expect(page.locator("select[name=type]")).to_be_focused()
    for number, (label, anchor) in enumerate(
        (
            ("None", "No condition stands beside a fact."),
            ("Some", "At least one does, at least one does not."),
            ("All", "Each one does."),
        )
    ):
        tab_until(page, f"it.name === 'levels-{number}-label'")
        page.keyboard.press("Control+A")
        page.keyboard.type(label)
        tab_until(page, f"it.name === 'levels-{number}-anchor'")
        page.keyboard.type(anchor)
    tab_until(page, "it.name === 'levels-2-example'")
    page.keyboard.type("“Bought 12 days ago, seal whole.”")
    saved(page)
    page.keyboard.press("Escape")
    expect(card(page, "Checks the conditions")).to_contain_text("Each one does.")
    focused(page, "Checks the conditions")

    # A pitfall, in a section of its own.
    page.keyboard.press("a")
    at_first_field(page.locator("form.criterion-form"))
    page.keyboard.type("Promises something that the policy rules out.")
    write(page, "Name", "Forbidden promise")
    write(page, "Section", "Faults")
    tab_until(page, "it.name === 'weight_class'")
    page.keyboard.press("p")
    saved(page)
    expect(page.locator("[name=points]")).to_have_value("-3")
    page.keyboard.press("Escape")
    expect(card(page, "Forbidden promise")).to_contain_text("Takes 3 points away")

    # Duplicated, moved up, moved into the other section, told each time; focus stays.
    focused(page, "Forbidden promise")
    page.keyboard.press("d")
    focused(page, "Forbidden promise (copy)")
    page.keyboard.press("Alt+ArrowUp")
    told(page, "number 3 of 4 now, in the section “Faults”")
    focused(page, "Forbidden promise (copy)")
    page.keyboard.press("Alt+ArrowUp")
    told(page, "number 3 of 4 now, in the section “Decision”")
    page.keyboard.press("Alt+ArrowUp")
    told(page, "number 2 of 4 now, in the section “Decision”")
    focused(page, "Forbidden promise (copy)")
    assert names(page) == [
        "Names the rule",
        "Forbidden promise (copy)",
        "Checks the conditions",
        "Forbidden promise",
    ]
    # Removed, brought back, removed again.
    page.keyboard.press("Delete")
    told(page, "is removed. Undo brings it back")
    expect(card(page, "Forbidden promise (copy)")).to_have_count(0)
    focused(page, "Checks the conditions")
    page.keyboard.press("u")
    told(page, "Taken back: removed")
    expect(card(page, "Forbidden promise (copy)")).to_have_count(1)
    page.keyboard.press("k")
    page.keyboard.press("j")
    while_card(page, "Forbidden promise (copy)")
    page.keyboard.press("Delete")
    expect(card(page, "Forbidden promise (copy)")).to_have_count(0)
    bea.check_accessibility()

    to_button(page, "Go to publishing", back=True)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/publish$"))
    to_button(page, "Publish version 1")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/rubrics/[^/]+/$"))
    main = page.locator("main")
    expect(main).to_contain_text("Published")
    expect(page.locator("#site-alerts")).to_contain_text("Version 1 is published")
    for words in ("Names the rule", "Each one does.", "Takes 3 points away", "Gate: passes at"):
        expect(main).to_contain_text(words)


def focused(page: Page, name: str) -> None:
    """The focus is within the card of this name."""
    expect(card(page, name).locator(":focus")).to_have_count(1)


def while_card(page: Page, name: str) -> None:
    """Go down with j until the card has the focus."""
    for _ in range(10):
        if card(page, name).locator(":focus").count():
            return
        page.keyboard.press("j")
    raise AssertionError(f"j does not lead to {name}")


def test_the_sheet_of_keys_says_what_is_bound_and_nothing_twice(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    source = page.locator("script[src*=rubric_editor]").get_attribute("src") or ""
    folder = source.rpartition("/")[0]
    keymap = page.evaluate(f"import('{folder}/editor/keymap.js').then(({{ keymap }}) => keymap)")
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    expect(sheet).to_be_visible()
    assert sheet.locator("dd").all_inner_texts() == [row["text"] for row in keymap]
    bound = [
        (key, bool(row.get("ctrl")), bool(row.get("alt"))) for row in keymap for key in row["keys"]
    ]
    assert len(bound) == len(set(bound))
    bea.check_accessibility()

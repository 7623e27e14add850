"""The editor on the real stack: by keyboard alone, by two authors at once, without a network."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser import steps
from tests.browser.conftest import Person, Watch, room
from tests.browser.drafts import (
    at_work,
    card,
    edit,
    names,
    open_editor,
    saved,
    tab_until,
    to_button,
    to_field,
    write,
)
from tests.browser.material import HOSTILE, difficult_files
from tests.faults.running_stack import RunningStack


@dataclass(frozen=True)
class Authors:
    """Two authors of one project that has a few responses; each in a browser of their own."""

    slug: str
    states: tuple[StorageState, StorageState]
    account: tuple[str, str]


@pytest.fixture(scope="module")
def authors(
    browser: Browser,
    stack: RunningStack,
    superuser: tuple[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Authors:
    watch = Watch()
    with room(browser, stack, watch) as sit_down:
        admin = sit_down(superuser[0]).log_in(superuser[1])
        slug = steps.make_project(admin, f"Written {uuid4().hex[:6]}")
        steps.import_files(admin, slug, difficult_files(tmp_path_factory.mktemp("written"), 3))
        states = []
        for name in ("bea", "cem"):
            account = steps.make_account(admin, slug, f"{name}-{slug}", "Author")
            author = sit_down(account[0])
            password = author.log_in_first(account[1])
            states.append(author.page.context.storage_state())
    assert watch.faults == []
    return Authors(slug, (states[0], states[1]), (account[0], password))


@pytest.fixture
def bea(person: Callable[..., Person], authors: Authors) -> Person:
    return person("bea", storage_state=authors.states[0], reduced_motion="reduce")


@pytest.fixture
def cem(person: Callable[..., Person], authors: Authors) -> Person:
    return person("cem", storage_state=authors.states[1], reduced_motion="reduce")


@pytest.fixture
def draft(bea: Person, authors: Authors) -> str:
    """A draft of four criteria in two sections, made from the gallery; its path."""
    page = bea.goto(f"/p/{authors.slug}/rubrics/new")
    page.get_by_label("Title").fill(f"Draft {uuid4().hex[:6]}")
    page.get_by_role("button", name="Begin draft").click()
    at_work(page)
    path = page.url.removeprefix(bea.base)
    page.get_by_role("link", name="Pick from the gallery").click()
    for name in ("Reaches the goal", "Completes the parts of the request"):
        page.get_by_label(name, exact=True).check()
    for name in ("Calls the right tool", "Passes the right arguments"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Add the picked criteria").click()
    at_work(page)
    return path


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
    expect(page.locator("form.criterion-form")).to_be_visible()
    page.keyboard.type("Names the paragraph that decides the case.")
    to_field(page, "Name")
    page.keyboard.type("Names the rule")
    tab_until(page, "it.name === 'weight_class'")
    page.keyboard.type("Essential")
    to_field(page, "Gate: failing it makes the whole reward 0")
    page.keyboard.press("Space")
    saved(page)
    expect(page.locator("[name=points]")).to_have_value("5")
    page.keyboard.press("Control+Enter")
    expect(card(page, "Names the rule")).to_contain_text("Gate")
    focused(page, "Names the rule")

    # An ordinal scale with anchors and an example.
    page.keyboard.press("a")
    expect(page.locator("form.criterion-form")).to_be_visible()
    page.keyboard.type("How many conditions are put beside a fact of the conversation.")
    write(page, "Name", "Checks the conditions")
    write(page, "Section", "Decision")
    tab_until(page, "it.name === 'type'")
    page.keyboard.type("Ordinal")
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

    # A pitfall, in a section of its own.
    page.keyboard.press("a")
    expect(page.locator("form.criterion-form")).to_be_visible()
    page.keyboard.type("Promises something that the policy rules out.")
    write(page, "Name", "Forbidden promise")
    write(page, "Section", "Faults")
    tab_until(page, "it.name === 'weight_class'")
    page.keyboard.type("Pitfall")
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


def told(page: Page, words: str) -> None:
    """A screen reader is told so."""
    expect(page.locator("#announcer")).to_contain_text(words)


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


def test_cards_are_dragged_by_mouse_within_and_across_sections(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
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
    section.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Tools / Calls")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Tools / Calls")).to_be_visible()
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


def test_every_state_of_the_editor_is_without_fault(bea: Person, draft: str) -> None:
    page = open_editor(bea, draft)
    look(bea)
    edit(page, "Completes the parts of the request")
    look(bea)
    page.set_viewport_size({"width": 1920, "height": 1000})
    bea.check_width()
    bea.goto(f"{draft}/gallery")
    look(bea)


def look(person: Person) -> None:
    """Light and dark on a desk, light on a phone."""
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    person.check_accessibility()
    person.check_width()
    page.emulate_media(color_scheme="dark")
    person.check_accessibility("color-contrast")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    person.check_accessibility()
    person.check_width()
    page.set_viewport_size({"width": 1280, "height": 900})


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
    assert names(page).count("Reaches the goal (copy)") == 1
    card(page, "Reaches the goal (copy)").get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#site-alerts")).to_contain_text("Taken back: removed")
    assert names(page).count("Reaches the goal (copy)") == 1
    page.get_by_role("button", name="Criterion in this section").first.click()
    form.get_by_label("Criterion", exact=True).fill("Names the date of delivery.")
    form.get_by_role("button", name="Save").last.click()
    expect(card(page, "Names the date of delivery.")).to_be_visible()

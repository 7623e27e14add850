"""The steps of the loop as people take them in the browser."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import JOBS, Person
from tests.browser.drafts import at_first_field

COMPLETE = (("1", "Leaves it open"), ("2", "Names a way"), ("3", "Names way and time"))


def make_project(person: Person, title: str) -> str:
    """A new project; its slug."""
    page = person.goto("/projects/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Description").fill("Made up: refund requests for kettles.")
    page.get_by_role("button", name="Open project").click()
    page.wait_for_url(re.compile("/members$"))
    return page.url.rsplit("/", 2)[-2]


def make_account(person: Person, slug: str, username: str, *roles: str) -> tuple[str, str]:
    """A new account in the project; its name, and its password as the page shows it once."""
    page = person.goto(f"/p/{slug}/members")
    form = page.locator("form.form")
    form.get_by_label("Username").fill(username)
    for role in roles:
        form.get_by_label(f"{role}: ").check()
    form.get_by_label("Make a new account of this name").check()
    form.get_by_role("button", name="Add to the project").click()
    expect(page.locator(".alert-title")).to_contain_text(username)
    password = page.locator(".alert-body code").inner_text()
    person.goto(f"/p/{slug}/members")
    assert password not in page.content()
    return username, password


def write_rubric(person: Person, slug: str) -> None:
    """Three criteria in the editor: a gate, an ordinal scale with anchors, a plain one."""
    page = person.goto(f"/p/{slug}/rubrics/new")
    page.get_by_label("Title").fill("Refund answers")
    page.get_by_role("button", name="Begin draft").click()
    page.wait_for_url(re.compile(r"/edit$"))
    page.wait_for_selector("[data-editor][data-ready]")
    gate = new_criterion(page, "Names the section", "Names the section that decides the case.")
    gate.get_by_label("Gate: failing it").check()
    close_criterion(gate)
    ordinal = new_criterion(page, "Is complete", "Says what the customer is to do and by when.")
    # Where the keys rest for a moment, half a scale is sent, and refused with what it lacks.
    with person.watch.expecting("status of 422"):
        _make_ordinal(ordinal)
        close_criterion(ordinal)
    polite = new_criterion(page, "Is polite", "Speaks to the customer with respect.")
    close_criterion(polite)


def new_criterion(page: Page, name: str, text: str) -> Locator:
    """A criterion more in the editor; its form, open."""
    page.locator("[data-add]").click()
    form = at_first_field(page.locator("#outline form.criterion-form"))
    form.get_by_label("Criterion", exact=True).fill(text)
    form.get_by_label("Name", exact=True).fill(name)
    return form


def close_criterion(form: Locator) -> None:
    """Saved, and a card again."""
    form.get_by_role("button", name="Save").last.click()
    expect(form).to_have_count(0)


def _make_ordinal(form: Locator) -> None:
    form.get_by_label("Type").select_option("ordinal")
    expect(form.get_by_role("group", name="Level 3")).to_be_visible()
    form.get_by_label("Points").fill("3")
    for number, (value, label) in enumerate(COMPLETE, start=1):
        level = form.get_by_role("group", name=f"Level {number}")
        level.get_by_label("Value").fill(value)
        level.get_by_label("Label").fill(label)
        level.get_by_label("Anchor").fill(f"An answer that {label.lower()}.")


def publish(page: Page) -> None:
    """From the editor to a sealed first version."""
    page.get_by_role("link", name="Go to publishing").click()
    page.wait_for_url(re.compile(r"/publish$"))
    page.get_by_role("button", name="Publish version 1").click()
    page.wait_for_url(re.compile(r"/rubrics/[^/]+/(\?.*)?$"))
    expect(page.locator("main")).to_contain_text("Published")


def import_files(person: Person, slug: str, files: dict[str, Path]) -> None:
    """Upload, see what would happen, confirm, see it done; the page asks for itself."""
    page = person.goto(f"/p/{slug}/import")
    for label, path in files.items():
        page.get_by_label(label, exact=True).set_input_files(path)
    page.get_by_role("button", name="Check the files").click()
    lines = sum(path.read_text().count("\n") for path in files.values())
    confirm = page.get_by_role("button", name=f"Import {lines} new lines")
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=JOBS)
    confirm.click()
    expect(page.get_by_role("heading", name="What was imported")).to_be_visible(timeout=JOBS)


def open_batch(
    person: Person, slug: str, name: str, overlap: int, asking: dict[str, str] | None = None
) -> None:
    """A batch over every response; the person stands on its page afterwards.

    `asking` are settings of how it asks: a percentage, "on", or the name of a way.
    """
    page = person.goto(f"/p/{slug}/batches/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Experts per response").fill(str(overlap))
    for label, value in (asking or {}).items():
        field = page.get_by_label(label)
        if value == "on":
            field.check()
        elif value.isdigit():
            field.fill(value)
        else:
            field.select_option(label=value)
    page.get_by_role("button", name="Open the batch").click()
    page.wait_for_url(re.compile(r"/batches/\d+/$"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is named so has the focus, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in (focused.inner_text() or focused.input_value()):
            return
    raise AssertionError(f"no Tab leads to “{name}” on {page.url}")

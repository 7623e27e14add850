"""What authors do again and again in the editor."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Person


def open_editor(person: Person, path: str) -> Page:
    """The editor, its script at work."""
    page = person.goto(path)
    return at_work(page)


def at_work(page: Page) -> Page:
    page.wait_for_selector("[data-editor][data-ready]")
    return page


def card(page: Page, name: str) -> Locator:
    """The card of a criterion by its name."""
    return page.locator(".draft-card").filter(
        has=page.get_by_role("heading", name=name, exact=True)
    )


def edit(page: Page, name: str) -> Locator:
    """Open a card; its form."""
    pk = card(page, name).get_attribute("data-pk")
    card(page, name).get_by_role("link", name="Edit").click()
    return at_first_field(page.locator(f"#f-{pk}"))


def at_first_field(form: Locator) -> Locator:
    """The form, once its script is at work: by then it has put the focus where one writes first."""
    expect(form.locator("[name=criterion]")).to_be_focused()
    return form


def names(page: Page) -> list[str]:
    """The criteria in the order of the page."""
    return page.locator("#outline .criterion-name").all_inner_texts()


def tab_until(page: Page, holds: str, *, back: bool = False) -> None:
    """Press Tab until the focused element fulfils `holds`, a script's expression on `it`."""
    for _ in range(120):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(f"(() => {{ const it = document.activeElement; return {holds}; }})()"):
            return
    raise AssertionError(f"no Tab leads to where {holds} on {page.url}")


def to_field(page: Page, label: str) -> None:
    """Tab to the field with this label."""
    tab_until(page, f"it.labels?.[0]?.innerText.trim() === {label!r}")


def to_button(page: Page, words: str, *, back: bool = False) -> None:
    """Tab to the button or link that says so, or begins so."""
    tab_until(
        page,
        f"/^(BUTTON|A)$/.test(it.tagName) && it.innerText.trim().startsWith({words!r})",
        back=back,
    )


def write(page: Page, label: str, text: str) -> None:
    """Tab to a field and type over what stands there."""
    to_field(page, label)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)

"""The lint beside the words while they are typed, let stand by keyboard, mended, published."""

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Person, Watch
from tests.browser.desk.hands import saved
from tests.browser.drafts import at_first_field

VAGUE = "Explains the fee clearly."
ONLY_JUDGES = "The answer is good."


def test_findings_stand_beside_what_is_typed(
    person: Callable[..., Person], superuser: tuple[str, str], watch: Watch
) -> None:
    # Publishing is tried once while an error is open.
    watch.expected = ("status of 422",)
    root = person(superuser[0], reduced_motion="reduce").log_in(superuser[1])
    slug = steps.make_project(root, f"Lint {uuid4().hex[:6]}")
    page = root.goto(f"/p/{slug}/rubrics/new")
    page.get_by_label("Title").fill("Fee answers")
    page.get_by_role("button", name="Begin draft").click()
    page.wait_for_url(re.compile(r"/edit$"))
    page.get_by_role("button", name="Write the first criterion").click()
    form = page.locator("form.criterion-form")
    words = at_first_field(form).get_by_label("Criterion", exact=True)
    words.fill(VAGUE)
    finding = form.locator(".finding", has_text="Vague word")
    expect(finding).to_contain_text("The judgement hangs on “clearly”")
    expect(finding.locator("mark")).to_have_text("clearly")
    expect(words).to_be_focused()
    # What is mended is gone; what is worse is told at once.
    words.fill("Names the fee of 5 EUR.")
    expect(form.locator(".finding")).to_have_count(0)
    words.fill(ONLY_JUDGES)
    expect(form.locator(".finding[data-severity=error]")).to_contain_text("Nothing to point at")
    expect(page.locator("[data-lint-total]")).to_have_text("1 error")
    root.check_accessibility()
    saved(page)

    refuse_publishing(root, slug)
    let_stand_by_keyboard(page)
    page.get_by_role("button", name="Publish version 1").click()
    page.wait_for_url(re.compile(r"/rubrics/fee-answers/(\?.*)?$"))
    expect(page.locator("main")).to_contain_text("Published")


def refuse_publishing(root: Person, slug: str) -> None:
    page = root.goto(f"/p/{slug}/rubrics/fee-answers/publish")
    expect(page.locator("#findings")).to_contain_text("Errors keep this draft from being published")
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        root.check_width()
    root.check_accessibility()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.locator(".alert").first).to_contain_text("Not published.")


def let_stand_by_keyboard(page: Page) -> None:
    steps.tab_to(page, "Let it stand")
    page.keyboard.press("Enter")
    steps.tab_to(page, "")
    page.get_by_label("Reason").press_sequentially("The shop's own word.")
    steps.tab_to(page, "Let it stand")
    page.keyboard.press("Enter")
    expect(page.locator("#findings")).to_contain_text("1 let stand")
    expect(page.locator("#findings .alert")).to_have_count(0)


def test_in_a_card_the_words_are_underlined_and_the_finding_can_be_let_stand(
    person: Callable[..., Person], superuser: tuple[str, str]
) -> None:
    root = person(superuser[0], reduced_motion="reduce").log_in(superuser[1])
    slug = steps.make_project(root, f"Lint {uuid4().hex[:6]}")
    steps.write_rubric(root, slug)
    page = root.page
    page.goto(page.url.partition("/edit")[0] + "/edit")
    card = page.locator(".draft-card", has_text="Speaks to the customer with respect.")
    finding = card.locator(".finding", has_text="Nothing to point at")
    expect(finding).to_be_visible()
    marked = page.evaluate("[...CSS.highlights.get('lint-warning')].map(String)")
    assert marked == ["with respect"]
    finding.get_by_role("button", name="Let it stand").click()
    page.get_by_label("Reason").fill("Said by the style guide.")
    page.get_by_role("button", name="Let it stand", exact=True).click()
    expect(card.locator("summary", has_text="1 let stand")).to_be_visible()
    card.locator("summary", has_text="1 let stand").click()
    expect(card).to_contain_text("Said by the style guide.")
    root.check_accessibility()
    # Another card's form draws the findings anew; what was unfolded stays so.
    other = page.locator(".draft-card").first
    unfolded = card.locator("details[data-more=waived]")
    before = unfolded.element_handle()
    other.get_by_role("link", name="Edit").click()
    page.wait_for_function("(one) => !one.isConnected", arg=before)
    expect(card).to_contain_text("Said by the style guide.")
    expect(unfolded).to_have_attribute("open", "")
    card.get_by_role("button", name="Open it again").click()
    expect(finding).to_be_visible()

"""An adjudicator at a browser: from the queue over the blind rating to the ruling."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.browser.test_pages import account, look_at, new_here, sit_down


def test_a_disagreement_is_rated_blind_and_ruled_on(
    person: Callable[..., Person], demo: dict[str, str]
) -> None:
    # Whoever takes a unit is blind in the rest of its open batch, so it is nobody others need.
    admin = sit_down(person, "demo-admin", demo["demo-admin"])
    judge = new_here(person, *account(admin, "Adjudicator"))
    page = judge.goto("/p/demo/adjudication/")
    look_at(judge)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Take the worst").click()
    page.wait_for_url("**/adjudication/*/")
    page.wait_for_selector("[data-ready]")
    expect(page.locator("main")).not_to_contain_text("Expert 1")
    look_at(judge)
    page.set_viewport_size({"width": 1280, "height": 900})
    for criterion in page.locator("[data-criterion]").all():
        criterion.locator("input[type=radio]").first.check()
        why = criterion.locator("textarea[name^='why:']")
        if criterion.locator(".field-required").count() and why.is_visible():
            why.fill("It is in the last line.")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.locator("[data-criterion] input[type=radio]:checked").count() > 0
    page.get_by_role("button", name="Submit and see the others").click()
    page.get_by_text("You, before you saw the others").first.wait_for()
    expect(page.locator("main")).to_contain_text("Expert 1")
    look_at(judge)
    page.set_viewport_size({"width": 1280, "height": 900})
    case = page.locator("section.case").first
    case.get_by_text("No single answer", exact=True).check()
    case.get_by_text("Rubric ambiguous", exact=True).check()
    case.get_by_label("Note", exact=True).fill("The criterion can be read in two ways.")
    case.get_by_label("Send to the rubric's author").check()
    page.get_by_role("button", name="Keep the rulings").click()
    expect(page.locator("main")).to_contain_text("disputed criteria without a ruling")
    expect(case).to_contain_text("with the rubric's author")
    look_at(judge)

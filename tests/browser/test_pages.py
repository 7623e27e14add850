"""Every page, as every role sees it: readable, sound, quiet, and never wider than the screen."""

from collections.abc import Callable, Iterable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import JOBS, Person
from tests.browser.drafts import at_first_field, at_work

P = "/p/demo"
READERS = [
    "/",
    f"{P}/",
    f"{P}/rubrics/",
    f"{P}/rubrics/answers-to-refund-requests/export?format=verifiers",
    f"{P}/rubrics/answers-to-refund-requests/scoring",
    f"{P}/rubrics/answers-to-refund-requests/scoring/order",
    f"{P}/rubrics/answers-to-refund-requests/scoring/responses",
    f"{P}/items/",
    f"{P}/items/?show=disagreement",
    f"{P}/batches/",
    f"{P}/agreement/",
    f"{P}/agreement/time",
    f"{P}/raters/",
    f"{P}/selections/",
    f"{P}/releases/",
]
# Pages of one thing: the list they stand in, and where the first link to one of them leads.
SINGLE = [
    (f"{P}/rubrics/", "/rubrics/"),
    (f"{P}/items/", "/items/"),
    (f"{P}/batches/", "/batches/"),
    (f"{P}/agreement/", "/agreement/"),
    (f"{P}/selections/", "/selections/"),
    (f"{P}/releases/", "/releases/"),
]
ADMINS = [
    f"{P}/import",
    f"{P}/batches/new",
    f"{P}/selections/new",
    f"{P}/releases/new",
    f"{P}/members",
    f"{P}/settings",
    f"{P}/rubrics/new",
    f"{P}/item-rubrics/",
    f"{P}/rubrics/answers-to-refund-requests/flags",
    f"{P}/rubrics/answers-to-refund-requests/guidelines",
    f"{P}/rubrics/answers-to-refund-requests/examples",
    f"{P}/item-rubrics/files/",
    "/desk/",
    "/projects/new",
    "/account/tokens",
    "/accounts/password_change/",
    "/status",
    "/api/v1/docs/",
]
EXPERTS = [
    "/",
    "/desk/",
    "/desk/flags/",
    "/desk/mine/",
    "/desk/ratings/",
    "/desk/ratings/?fate=skipped",
    f"{P}/",
    f"{P}/rubrics/",
    "/account/tokens",
]


@pytest.fixture
def admin(person: Callable[..., Person], demo: dict[str, str]) -> Person:
    return sit_down(person, "demo-admin", demo["demo-admin"])


def sit_down(person: Callable[..., Person], username: str, password: str) -> Person:
    # Colours must not be caught halfway through a change.
    return person(username, reduced_motion="reduce").log_in(password)


def test_an_admin_meets_no_fault_on_any_page(admin: Person) -> None:
    look_at_all(admin, [*READERS, *ADMINS])
    look_at_all(admin, singles(admin))
    side_by_side = admin.goto(f"{P}/agreement/").get_by_role("link", name="Side by side")
    look_at_all(admin, [side_by_side.get_attribute("href") or ""])


def test_experts_are_compared_by_the_worker_and_shown_without_fault(admin: Person) -> None:
    page = admin.goto(f"{P}/raters/")
    asked = page.get_by_role("button", name="Compare now")
    if asked.count():
        asked.first.click()
    # The worker compares; the page asks until the results are there, nobody reloads it.
    page.get_by_role("heading", name="Pairs", exact=True).wait_for(timeout=JOBS)
    look_at(admin)
    page.get_by_label("Hide names").check()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**names=hidden**")
    page.get_by_text("Expert 1").first.wait_for()
    look_at(admin)


def test_an_author_meets_no_fault_on_the_way_to_a_new_version(
    person: Callable[..., Person], admin: Person
) -> None:
    author = new_here(person, *account(admin, "Author"))
    page = author.goto(singles(author)[0])
    page.get_by_role("link", name="draft").first.click()
    page.wait_for_url("**/edit")
    look_at(author)
    page.set_viewport_size({"width": 1280, "height": 900})
    at_work(page).locator("[data-edit]").first.click()
    form = at_first_field(page.locator("form.criterion-form"))
    form.get_by_label("Guidance").fill("Look for the number.")
    look_at(author)
    form.get_by_role("button", name="Save").last.click()
    expect(form).to_have_count(0)
    page.get_by_role("link", name="Go to publishing").click()
    page.wait_for_url("**/publish")
    look_at(author)


def test_a_viewer_meets_no_fault_and_no_closed_door(
    person: Callable[..., Person], admin: Person
) -> None:
    viewer = new_here(person, *account(admin, "Viewer"))
    look_at_all(viewer, [f"{P}/", f"{P}/batches/", f"{P}/agreement/"], on_phones=False)
    follow_the_tabs(viewer)


def test_an_expert_meets_no_fault_and_no_closed_door(
    person: Callable[..., Person], demo: dict[str, str]
) -> None:
    expert = sit_down(person, "demo-expert-1", demo["demo-expert-1"])
    look_at_all(expert, EXPERTS)
    follow_the_tabs(expert)
    page = expert.goto("/desk/")
    # The first round is done; the second waits.
    page.get_by_role("article").filter(has_text="Second round").get_by_role("button").click()
    page.wait_for_url("**/desk/seat/**")
    page.wait_for_selector("[data-ready]")
    look_at(expert)


def test_every_tab_of_an_admin_leads_somewhere(admin: Person) -> None:
    follow_the_tabs(admin)


def test_on_a_phone_the_tab_of_the_page_is_in_sight(admin: Person) -> None:
    admin.page.set_viewport_size({"width": 390, "height": 844})
    page = admin.goto(f"{P}/releases/")
    tab = page.get_by_role("navigation", name="Project").locator("[aria-current]")
    expect(tab).to_have_text("Releases")
    expect(tab).to_be_in_viewport(ratio=0.9)


def test_refusals_are_pages_too(person: Callable[..., Person], demo: dict[str, str]) -> None:
    expert = sit_down(person, "demo-expert-2", demo["demo-expert-2"])
    expert.watch.expected = ("status of 404", "status of 403")
    for path, status in ((f"{P}/members", 403), ("/p/nowhere/", 404)):
        answer = expert.page.goto(expert.base + path)
        assert answer is not None
        assert answer.status == status
        look_at(expert)


def test_the_log_in_is_a_page_without_fault(person: Callable[..., Person]) -> None:
    nobody = person("nobody", reduced_motion="reduce")
    nobody.goto(f"/accounts/login/?next={P}/")
    look_at(nobody)


def test_a_first_password_leads_to_its_change(person: Callable[..., Person], admin: Person) -> None:
    name, password = account(admin, "Viewer")
    viewer = sit_down(person, name, password)
    expect(viewer.page.locator("main")).to_contain_text("Choose a password of your own")
    look_at(viewer)


def new_here(person: Callable[..., Person], username: str, password: str) -> Person:
    """Somebody who has just chosen a password of their own."""
    newcomer = person(username, reduced_motion="reduce")
    newcomer.log_in_first(password)
    return newcomer


def account(admin: Person, role: str) -> tuple[str, str]:
    return steps.make_account(admin, "demo", f"demo-{role.lower()}-{uuid4().hex[:6]}", role)


def singles(person: Person) -> list[str]:
    """The address of one page of every kind that has many."""
    found = []
    for place, part in SINGLE:
        links = person.goto(place).locator(f"main th a[href*='{part}']")
        found.append(links.first.get_attribute("href") or "")
    return [href.partition("#")[0] for href in found]


def look_at_all(person: Person, paths: Iterable[str], *, on_phones: bool = True) -> None:
    for path in paths:
        answer = person.page.goto(person.base + path)
        assert answer is not None
        assert answer.status == 200, path
        # Swagger UI draws its page, and that with its own main, when the schema is there.
        person.page.locator("main").wait_for()
        look_at(person, on_phones=on_phones)


def look_at(person: Person, *, on_phones: bool = True) -> None:
    """The page as it stands: light and dark on a desk, light on a phone."""
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    person.check_accessibility()
    person.check_width()
    page.emulate_media(color_scheme="dark")
    person.check_accessibility("color-contrast")
    page.emulate_media(color_scheme="light")
    if on_phones:
        page.set_viewport_size({"width": 390, "height": 844})
        person.check_accessibility()
        person.check_width()


def follow_the_tabs(person: Person) -> None:
    """Whatever the navigation of the project offers opens."""
    page = person.goto(f"{P}/rubrics/")
    tabs = page.get_by_role("navigation", name="Project").get_by_role("link")
    hrefs = tabs.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert hrefs
    for href in hrefs:
        answer = page.goto(person.base + href)
        assert answer is not None
        assert answer.status == 200, href
        assert page.locator("h1").count() == 1, href

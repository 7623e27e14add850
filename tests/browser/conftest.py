"""A real stack, a real worker, a real browser; every page is watched for what must not happen."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from rubricstudio.stack.testing import browser_here
from tests.faults.running_stack import RunningStack, run

CHROMIUM = browser_here()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long anything is waited for, in milliseconds: not how long a machine may take, only when it is
# certain that nothing comes any more.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
# The same for what the worker does, which begins after whatever it has to do before.
JOBS = 300_000
# Preloading fetches style sheets in a way our content policy rightly reports; what Swagger UI
# draws is not ours. Colours must not be caught halfway through a change.
AXE = """async (wish) => {
  const ends = (one) => one.effect?.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
  const options = { preload: false, resultTypes: ["violations"], ...wish };
  const found = await axe.run({ exclude: ["#swagger-ui"] }, options);
  return found.violations.map(({ id, help, nodes }) =>
    `${id}: ${help} at ${nodes.slice(0, 3).map((node) => node.target.join(" "))}`);
}"""
# A refused source is an event on the page; as a console error it reaches the watch.
POLICY_REPORTS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="no chromium on this machine: apt-get install chromium")
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(skip)


@dataclass
class Watch:
    """What a browser saw that a person should never meet."""

    faults: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.note(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def note(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.faults.append(text)

    @contextmanager
    def expecting(self, *parts: str) -> Iterator[None]:
        """What is part of these steps and of nothing else in the test."""
        before, self.expected = self.expected, (*self.expected, *parts)
        yield
        self.expected = before

    def over(self, context: BrowserContext, base: str) -> None:
        context.add_init_script(POLICY_REPORTS)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.note(f"page error: {error.error}"))
        context.on("dialog", lambda dialog: self.note(f"dialog: {dialog.message}"))
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((base, "data:", "blob:"))
                else self.note(f"request to {request.url}")
            ),
        )


@dataclass
class Person:
    """Somebody at a browser of their own."""

    page: Page
    base: str
    username: str
    watch: Watch

    def goto(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def log_in(self, password: str) -> "Person":
        self.goto("/accounts/login/")
        self.page.get_by_label("Username").fill(self.username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return self

    def log_in_first(self, password: str) -> str:
        """With a password somebody else made, which has to be changed; the new one."""
        self.log_in(password)
        self.page.wait_for_url("**/accounts/password_change/")
        chosen = f"{password} of my own"
        self.page.get_by_label("Old password").fill(password)
        self.page.get_by_label(re.compile("^New password(?! confirmation)")).fill(chosen)
        self.page.get_by_label("New password confirmation").fill(chosen)
        self.page.get_by_role("button", name="Change password").click()
        self.page.wait_for_url("**/accounts/password_change/done/")
        return chosen

    def check_accessibility(self, *rules: str) -> None:
        """No axe violation on the page as it stands; only of these rules where some are named."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(Axe().axe_script)
        told = self.page.evaluate(AXE, {"runOnly": list(rules)} if rules else {})
        assert told == [], f"{self.page.url} at {self.page.viewport_size}: {told}"

    def check_width(self) -> None:
        """The page fits the screen; what is wider scrolls inside itself."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than {self.page.viewport_size}"


@pytest.fixture(scope="package")
def stack() -> Iterator[RunningStack]:
    """`./run up` without the demo, in a folder every service's user can pass through.

    Like the browser it ends with the last test of this folder: both cost time as long as they run.
    """
    folder = Path(tempfile.mkdtemp(prefix="rs-", dir="/tmp"))
    folder.chmod(0o755)
    running = RunningStack(folder / "home")
    running.start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def superuser(stack: RunningStack) -> tuple[str, str]:
    """The first account of the server, made as an operator would."""
    name, password = "root-admin", "a long enough password 42"
    os.environ["FIRST_ADMIN"] = f"{name}:{password}"
    made = run("manage", "first_admin", home=stack.home)
    del os.environ["FIRST_ADMIN"]
    assert made.returncode == 0, made.stderr
    return name, password


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread; Django would take it for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def watch() -> Iterator[Watch]:
    seen = Watch()
    yield seen
    assert seen.faults == []


@contextmanager
def room(browser: Browser, stack: RunningStack, watch: Watch) -> Iterator[Callable[..., Person]]:
    """Where people sit down, each at a browser of their own."""
    contexts = []
    base = f"http://127.0.0.1:{stack.port}"

    def sit_down(username: str, **options: object) -> Person:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        watch.over(context, base)
        contexts.append(context)
        return Person(context.new_page(), base, username, watch)

    yield sit_down
    for context in contexts:
        context.close()


@pytest.fixture
def person(browser: Browser, stack: RunningStack, watch: Watch) -> Iterator[Callable[..., Person]]:
    """`person("ana")` sits down at a browser of their own."""
    with room(browser, stack, watch) as sit_down:
        yield sit_down


@pytest.fixture(scope="package")
def demo(stack: RunningStack) -> dict[str, str]:
    """The demo, computed by the stack's own worker; its people's passwords."""
    made = run("manage", "seed_demo", "--json", "--wait", str(JOBS // 1000), home=stack.home)
    assert made.returncode == 0, made.stderr
    return {one["username"]: one["password"] for one in json.loads(made.stdout)["logins"]}

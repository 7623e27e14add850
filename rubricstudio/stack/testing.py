"""`./run test`: every test, on a stack of its own."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from rubricstudio.stack import environment, foreground, postgres, scratch
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.speech import say

# The first draws no window of its own around each page, which costs more than most pages.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def main(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments; the exit code is its own."""
    account = service_account()
    made = environment.ensure(ROOT / "requirements-test.lock", account)
    provide_browser()
    with scratch.stack(made, account, "./run test", durable=False) as (application, supervisor):
        # Tests run as the caller: they read shared data and start servers of their own.
        env = application.environ(owner=True) | {"RS_TEST": "1", "PYTHONPATH": str(ROOT)}
        env |= {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
        supervisor.settled = True
        pytest = [str(made.python), "-m", "pytest"]
        if not _names_tests(arguments):
            # Lanes migrate this database, and each gets a copy of it.
            env["RS_TEST_TEMPLATE"] = postgres.DATABASE
            pytest += ["-p", "tests.lanes"]
        return foreground.run([*pytest, *arguments], env=env, cwd=ROOT, supervisor=supervisor)


def _names_tests(arguments: Sequence[str]) -> bool:
    return any((ROOT / argument.partition("::")[0]).exists() for argument in arguments)


def browser_here() -> str | None:
    """The browser that tests drive: the shell without windows before one that draws them too."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def provide_browser() -> None:
    """Install Debian's chromium without windows for root; say how where we may not."""
    if shutil.which(BROWSERS[0]):
        return
    without = "are slower" if browser_here() else "are skipped"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"There is no {BROWSERS[0]}, so browser tests {without}; install that package.")
        return
    say("Installing chromium for the browser tests.")
    quiet = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--no-install-recommends", BROWSERS[0]]):
        done = subprocess.run([*quiet, *words], env=env, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            say(f"Browser tests {without}: {BROWSERS[0]} could not be installed ({last}).")
            return

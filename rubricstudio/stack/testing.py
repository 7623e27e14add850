"""`./run test`: every test, on a stack of its own."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from rubricstudio.stack import environment, foreground, scratch
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.speech import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments; the exit code is its own."""
    account = service_account()
    made = environment.ensure(ROOT / "requirements-test.lock", account)
    provide_browser()
    with scratch.stack(made, account, "./run test") as (application, supervisor):
        # Tests run as the caller: they read shared data and start servers of their own.
        env = application.environ(owner=True) | {"RS_TEST": "1", "PYTHONPATH": str(ROOT)}
        env |= {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
        command = [str(made.python), "-m", "pytest", *arguments]
        return foreground.run(command, env=env, cwd=ROOT, supervisor=supervisor)


def provide_browser() -> None:
    """Install Debian's chromium for root; say how where we may not."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("There is no chromium, so browser tests are skipped; install the package chromium.")
        return
    say("Installing chromium for the browser tests.")
    quiet = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*quiet, *words], env=env, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            say(f"Browser tests are skipped: chromium could not be installed ({last}).")
            return

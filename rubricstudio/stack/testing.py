"""`./run test`: every test, on a stack of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import IO

from rubricstudio.stack import environment, foreground, postgres, scratch
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.speech import say
from rubricstudio.stack.supervisor import Supervisor

# The folders of each lane; all others make the one that is watched.
BESIDE = (("tests/browser", "tests/faults"), ("tests/web",))
NOTHING_COLLECTED = 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


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
        if _names_tests(arguments):
            return foreground.run([*pytest, *arguments], env=env, cwd=ROOT, supervisor=supervisor)
        migrate = [str(made.python), "manage.py", "migrate", "--database", "owner", "-v", "0"]
        if code := foreground.run(migrate, env=env, cwd=ROOT, supervisor=supervisor):
            return code
        # Every lane's database is a copy of the one that is migrated now.
        env["RS_TEST_TEMPLATE"] = postgres.DATABASE
        return _side_by_side([*pytest, *arguments], env, supervisor)


def _names_tests(arguments: Sequence[str]) -> bool:
    return any((ROOT / argument.partition("::")[0]).exists() for argument in arguments)


def _side_by_side(pytest: Sequence[str], env: Mapping[str, str], supervisor: Supervisor) -> int:
    """Tests mostly wait, for a database or for processes: so lanes run beside each other."""
    taken = [f"--ignore={folder}" for lane in BESIDE for folder in lane]
    database = env.get("RS_TEST_DB", "test_rubricstudio")
    with ExitStack() as stack:
        lanes = []
        for number, folders in enumerate(BESIDE, start=1):
            own = {**env, "RS_TEST_DB": f"{database}_{number}"}
            told = stack.enter_context(tempfile.TemporaryFile())
            stack.callback(_tell, told)
            lanes.append(foreground.start([*pytest, *folders], env=own, cwd=ROOT, output=told))
            stack.callback(foreground.end, lanes[-1])
        codes = [foreground.run([*pytest, *taken], env=env, cwd=ROOT, supervisor=supervisor)]
        for folders, lane in zip(BESIDE, lanes, strict=True):
            say(f"Waiting for {' and '.join(folders)}, which run beside.")
            codes.append(foreground.wait(lane, supervisor))
    # What was asked for by name may lie on one side only.
    return max((code for code in codes if code != NOTHING_COLLECTED), default=NOTHING_COLLECTED)


def _tell(told: IO[bytes]) -> None:
    told.seek(0)
    shutil.copyfileobj(told, sys.stdout.buffer)
    sys.stdout.flush()


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

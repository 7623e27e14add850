"""`./run manage`: one of manage.py's commands, on the running services or on its own."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from rubricstudio.stack import environment, foreground
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.application import Application, bring_up
from rubricstudio.stack.chores import Chores
from rubricstudio.stack.home import Home
from rubricstudio.stack.occupancy import Occupancy
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.servers import Servers, servers_are_given, supervising
from rubricstudio.stack.speech import say
from rubricstudio.stack.supervisor import Supervisor

WORKERS = 2


def main(arguments: Sequence[str]) -> int:
    """Run the command; stdout and the exit code are the command's own."""
    chosen, command = split(arguments)
    account = service_account()
    home = Home.at(chosen, account)
    made = environment.ensure(ROOT / "requirements.lock", account)
    if servers_are_given():
        return _run(Application(home, made, ROOT, None), command)
    occupancy = Occupancy(home, "./run manage")
    if not _take_or_join(occupancy):
        servers = Servers.of(home, made.site_packages)
        return _run(Application(home, made, ROOT, servers), command)
    with supervising(occupancy) as supervisor:
        application = bring_up(home, made, supervisor, embedded=True)
        Chores(application, supervisor).migrate()
        supervisor.start(application.worker(WORKERS, with_beat=True))
        occupancy.say("busy")
        return _run(application, command, supervisor)


def split(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Our own --home, which comes first, and the words meant for manage.py."""
    words = list(arguments)
    if words and words[0].startswith("--home="):
        return words[0].removeprefix("--home="), words[1:]
    if len(words) > 1 and words[0] == "--home":
        return words[1], words[2:]
    return None, words


def _take_or_join(occupancy: Occupancy) -> bool:
    """Occupy a free home (true), or find that its services run and are ready (false)."""
    told = False
    while not occupancy.try_take():
        holder = occupancy.holder()
        if holder.endswith("ready"):
            return False
        if not told:
            say(f"Waiting for {holder}.")
            told = True
        time.sleep(0.2)
    return True


def _run(
    application: Application, command: Sequence[str], supervisor: Supervisor | None = None
) -> int:
    # The command reads and writes the caller's files, so it runs as the caller, where they are,
    # and from the checkout itself.
    words = [str(application.environment.python), str(ROOT / "manage.py"), *command]
    env = application.environ(owner=True) | {
        name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ
    }
    env["PYTHONPATH"] = str(ROOT)
    return foreground.run(words, env=env, cwd=Path.cwd(), supervisor=supervisor)

"""A home that lasts as long as one command: nothing of it stays."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from stack.accounts import Account
from stack.application import Application, bring_up
from stack.environment import Environment
from stack.home import Home
from stack.occupancy import Occupancy
from stack.servers import supervising
from stack.supervisor import Supervisor


@contextmanager
def stack(
    environment: Environment, account: Account, purpose: str
) -> Iterator[tuple[Application, Supervisor]]:
    """An application on a database and a queue of its own, both gone afterwards."""
    folder = tempfile.mkdtemp(prefix="rubricstudio-", dir="/tmp")
    try:
        home = Home.at(folder, account)
        occupancy = Occupancy(home, purpose)
        occupancy.take()
        with supervising(occupancy) as supervisor:
            yield bring_up(home, environment, supervisor, embedded=True), supervisor
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""A home that lasts as long as one command: nothing of it stays."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rubricstudio.stack.accounts import Account
from rubricstudio.stack.application import Application, bring_up
from rubricstudio.stack.environment import Environment
from rubricstudio.stack.home import Home
from rubricstudio.stack.occupancy import Occupancy
from rubricstudio.stack.refusal import Refusal
from rubricstudio.stack.servers import supervising
from rubricstudio.stack.supervisor import Supervisor


@contextmanager
def stack(
    environment: Environment, account: Account, purpose: str, *, durable: bool = True
) -> Iterator[tuple[Application, Supervisor]]:
    """An application on a database and a queue of its own, both gone afterwards.

    When the services fail, their logs stay: the message names them. A database that is not
    durable writes faster, and would not survive a power cut.
    """
    folder = tempfile.mkdtemp(prefix="rubricstudio-", dir="/tmp")
    try:
        home = Home.at(folder, account)
        occupancy = Occupancy(home, purpose)
        occupancy.take()
        with supervising(occupancy) as supervisor:
            application = bring_up(home, environment, supervisor, embedded=True, durable=durable)
            yield application, supervisor
    except Refusal:
        _remove(folder, but="logs")
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: str, *, but: str) -> None:
    for path in Path(folder).iterdir():
        if path.is_file():
            path.unlink()
        elif path.name != but:
            shutil.rmtree(path, ignore_errors=True)

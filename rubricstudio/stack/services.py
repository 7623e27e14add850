"""`./run services`: only the database and the queue, for a developer's own shell."""

import shlex
from collections.abc import Sequence

from rubricstudio.stack import environment
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.arguments import parser
from rubricstudio.stack.home import Home
from rubricstudio.stack.occupancy import Occupancy
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.servers import Servers, supervising
from rubricstudio.stack.speech import answer


def main(arguments: Sequence[str]) -> int:
    """Start both servers, print the lines a shell sources to use them, and stay."""
    options = parser("services", __doc__).parse_args(arguments)
    account = service_account()
    home = Home.at(options.home, account)
    occupancy = Occupancy(home, "./run services")
    occupancy.take()
    environ = environment.ensure(ROOT / "requirements.lock", account)
    servers = Servers.of(home, environ.site_packages)
    with supervising(occupancy) as supervisor:
        servers.start(supervisor)
        occupancy.say("ready")
        for name, value in (servers.addresses() | servers.owner_address()).items():
            answer(f"export {name}={shlex.quote(value)}")
        supervisor.keep()

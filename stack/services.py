"""`./run services`: only the database and the queue, for a developer's own shell."""

import shlex
from collections.abc import Sequence

from stack import environment
from stack.accounts import service_account
from stack.arguments import parser
from stack.home import Home
from stack.occupancy import Occupancy
from stack.places import ROOT
from stack.servers import Servers, supervising
from stack.speech import answer


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

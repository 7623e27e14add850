"""`./run up`: everything, started with one command."""

import argparse
import errno
import http.client
import json
import os
import socket
from collections.abc import Sequence

from rubricstudio.stack import environment
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.application import Application, bring_up
from rubricstudio.stack.arguments import parser
from rubricstudio.stack.chores import Chore, Chores
from rubricstudio.stack.home import Home
from rubricstudio.stack.occupancy import Occupancy
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.refusal import Refusal
from rubricstudio.stack.servers import servers_are_given, supervising
from rubricstudio.stack.speech import answer, say
from rubricstudio.stack.supervisor import Stopped, Supervisor

SECONDS_TO_READY = 90


def main(arguments: Sequence[str]) -> int:
    """Start everything and stay until somebody stops us."""
    options = _options(arguments)
    refuse_taken_port(options.port)
    account = service_account()
    home = Home.at(options.home, account)
    occupancy = Occupancy(home, "./run up")
    occupancy.take()
    embedded = not servers_are_given()
    made = environment.ensure(ROOT / "requirements.lock", account)
    try:
        with supervising(occupancy) as supervisor:
            application = bring_up(home, made, supervisor, embedded=embedded)
            logins = _serve(options, application, supervisor)
            occupancy.say("ready")
            _announce(options.port, logins)
            environment.remove_old(made, ROOT / "requirements.lock")
            supervisor.keep()
    except Stopped:
        say("Stopped.")
    return 0


def refuse_taken_port(port: int) -> None:
    """Raise when we could not listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"Port {port} is taken by another programme; choose one with --port."
                ) from None
            raise Refusal(f"Port {port} cannot be used: {error.strerror}.") from None


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    made = parser("up", __doc__)
    made.add_argument("--port", type=_port, default=8000)
    made.add_argument("--no-demo", action="store_true", help="start without the demo project")
    made.add_argument("--workers", type=int, default=os.cpu_count() or 2, metavar="N")
    return made.parse_args(arguments)


def _port(text: str) -> int:
    if not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _serve(
    options: argparse.Namespace, application: Application, supervisor: Supervisor
) -> list[dict[str, str]]:
    """Bring everything up; the demo's log-ins, where there is a demo."""
    chores = Chores(application, supervisor)
    static = chores.collect_static()
    chores.migrate()
    if application.servers:
        application.servers.forget_signs_of_life()
    supervisor.start(application.worker(options.workers))
    admin = chores.start("first_admin") if os.environ.get("FIRST_ADMIN") else None
    demo = None if options.no_demo else _start_demo(chores)
    static.finish()
    supervisor.start(application.web(options.port))
    supervisor.start(application.beat())
    if admin:
        admin.finish()
    logins = _demo_logins(application, demo) if not options.no_demo else []
    supervisor.wait_for(lambda: is_ready(options.port), seconds=SECONDS_TO_READY, what="Not ready")
    return logins


def _start_demo(chores: Chores) -> Chore | None:
    """Start to seed the demo, once, and only where the servers are our own."""
    servers = chores.application.servers
    if servers is None or servers.keys.demo_logins:
        return None
    say("Seeding the demo project; this happens once.")
    return chores.start("seed_demo", "--json")


def _demo_logins(application: Application, demo: Chore | None) -> list[dict[str, str]]:
    """The demo's log-ins as they were first made; they are kept with the secrets."""
    servers = application.servers
    if servers is None:
        return []
    if demo is not None:
        servers.keys.demo_logins = json.loads(demo.finish())["logins"]
        servers.keys.save(application.home.secrets)
    return servers.keys.demo_logins


def _announce(port: int, logins: list[dict[str, str]]) -> None:
    answer(f"ready: http://127.0.0.1:{port}/")
    for login in logins:
        answer(f"log in as {login['username']} ({login['role']}), password {login['password']}")


def is_ready(port: int) -> bool:
    """Whether the web answers, and says that database, queue, worker and beat do too."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        # As a proxy would ask: the host may be named in ALLOWED_HOSTS, the site may demand TLS.
        headers = {"Host": host or f"127.0.0.1:{port}", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/readyz", headers=headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

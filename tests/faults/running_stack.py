"""A real `./run up` in a process of its own, and ways to hurt it."""

import http.client
import os
import queue
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
# What the tests themselves run on must not reach the stack under test.
OURS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL", "SECRET_KEY", "RS_HOME", "RS_TEST")
# Not how long anything may take: several stacks may be starting at once, on a slow machine that
# does other things too. After that nothing comes any more.
PATIENCE = 600


def free_port() -> int:
    """A port nobody listens on now, below those the system gives to whoever connects.

    Whoever knocks at a closed port from that range may be given the very same one, talk to itself,
    and keep the server that is coming back from its port.
    """
    while True:
        port = random.randint(15_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def run(*words: str, home: Path, timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    """`./run` with these words, to its end."""
    command = [str(ROOT / "run"), words[0], "--home", str(home), *words[1:]]
    return subprocess.run(
        command, env=environ(), capture_output=True, text=True, timeout=timeout, cwd="/"
    )


def environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS}


def eventually(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    """Whether the condition holds within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@dataclass
class RunningStack:
    """One home and the `./run up` on it."""

    home: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    said: str = ""

    def ensure(self) -> "RunningStack":
        """Start it unless it runs."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        return self

    def start(self) -> str:
        """Start it and return its ready line, which `said` keeps."""
        words = ["up", "--no-demo", "--workers", "1", "--home", self.home, "--port", self.port]
        self.process = subprocess.Popen(
            [str(ROOT / "run"), *map(str, words)],
            env=environ() | self.settings,
            stdout=subprocess.PIPE,
            stderr=(self.home.parent / "up.stderr").open("a"),
            text=True,
            cwd="/",
        )
        try:
            self.said = self._line(PATIENCE)
        except BaseException:
            # Whoever could not wait for it does not stop it later either.
            self.stop()
            raise
        return self.said

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def service(self, word: str) -> psutil.Process:
        """The direct child whose command holds this word."""
        found = [child for child in self.supervisor.children() if word in command(child)]
        assert len(found) == 1, (word, [command(child) for child in self.supervisor.children()])
        return found[0]

    def has_new(self, word: str, old: psutil.Process) -> bool:
        """Whether another process stands where this one stood."""
        found = [child for child in self.supervisor.children() if word in command(child)]
        return len(found) == 1 and found[0].pid != old.pid

    @property
    def supervisor(self) -> psutil.Process:
        assert self.process is not None
        return psutil.Process(self.process.pid)

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def _line(self, seconds: float) -> str:
        lines: queue.Queue[str] = queue.Queue()
        stream = self.process.stdout
        threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
        return lines.get(timeout=seconds).strip()


def command(process: psutil.Process) -> str:
    """What the process runs; nothing when it has gone meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def all_gone(processes: list[psutil.Process]) -> bool:
    """Whether none of them runs (one that nobody has buried yet does not run)."""
    return not any(
        process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes
    )

"""Starts the services, starts again what dies, and ends everything in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from rubricstudio.stack.accounts import Account
from rubricstudio.stack.logs import put_aside
from rubricstudio.stack.refusal import Refusal
from rubricstudio.stack.speech import say
from rubricstudio.stack.watchdog import Watchdog, end_group

PR_SET_PDEATHSIG = 1
SHORTEST_WAIT, LONGEST_WAIT = 0.2, 10.0
STEADY_SECONDS = 30.0
MOST_EARLY_DEATHS = 6
TICK_SECONDS = 0.1
# At a start somebody waits.
LOOK_SECONDS = 0.03
SECONDS_BETWEEN_TRIMS = 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """A long-running programme: how to start it, how to ask it to end, how long it may take."""

    name: str
    command: list[str]
    log: Path
    cwd: Path
    env: Mapping[str, str]
    account: Account
    stop_signal: signal.Signals = signal.SIGTERM
    hurry_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 10.0


@dataclass(slots=True)
class Child:
    """A service that runs, or waits to be started again."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = 0.0


class Stopped(BaseException):
    """Somebody asked us to stop; not an error, so no handler for errors catches it."""


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """What a child runs before its programme, so that it gets this signal when we are gone.

    Popen calls it after the change of user; setuid would clear the setting.
    """
    parent = os.getpid()
    prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None

    def prepare() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


@dataclass(slots=True)
class Supervisor:
    """The parent of every service of one home."""

    watchdog: Watchdog
    children: list[Child] = field(default_factory=list)
    settled: bool = False

    def start(self, service: Service) -> None:
        """Start a service and keep it running from now on."""
        child = Child(service)
        self.children.append(child)
        self._launch(child)

    def tick(self) -> None:
        """Notice who died and start again whoever has waited long enough."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.not_before:
                    self._launch(child)
            elif child.process.poll() is not None:
                self._mourn(child, child.process, now)

    def wait_for(self, done: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Keep services running until the condition holds."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise Refusal(f"{what} after {seconds:.0f} seconds; see {self._logs()}")
            self.tick()
            time.sleep(LOOK_SECONDS)

    def keep(self) -> NoReturn:
        """Keep the services running until somebody stops us."""
        self.settled = True
        trimmed = 0.0
        while True:
            self.tick()
            if time.monotonic() - trimmed > SECONDS_BETWEEN_TRIMS:
                trimmed = time.monotonic()
                for child in self.children:
                    put_aside(child.service.log)
            time.sleep(TICK_SECONDS)

    def stop(self, order: list[list[str]]) -> None:
        """End the services group by group, each in its own gentle way while time allows."""
        for names in order:
            children = [child for child in self.children if child.service.name in names]
            for child in children:
                self._ask(child, child.service.stop_signal)
            for child in children:
                self._await_end(child)
        self.children.clear()

    def _launch(self, child: Child) -> None:
        service = child.service
        with service.log.open("ab") as log:
            child.process = subprocess.Popen(
                service.command,
                cwd=service.cwd,
                env=dict(service.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(service.stop_signal),
                **service.account.popen(),
            )
        child.started = time.monotonic()
        self.watchdog.watch(child.process.pid)

    def _mourn(self, child: Child, process: subprocess.Popen[bytes], now: float) -> None:
        """Clear away what the dead leader left, and decide when it is started again."""
        self._bury(process)
        child.process = None
        steady = now - child.started > STEADY_SECONDS
        child.deaths = 1 if steady else child.deaths + 1
        if not self.settled and child.deaths >= MOST_EARLY_DEATHS:
            raise Refusal(f"{child.service.name} does not start: {last_line(child.service.log)}")
        wait = min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** (child.deaths - 1))
        child.not_before = now + wait
        say(f"{child.service.name} ended ({in_words(process.returncode)}); again in {wait:.1f} s")

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        end_group(process.pid)
        self.watchdog.forget(process.pid)

    def _ask(self, child: Child, number: signal.Signals) -> None:
        if child.process is not None and child.process.poll() is None:
            child.process.send_signal(number)

    def _await_end(self, child: Child) -> None:
        process = child.process
        if process is None:
            return
        try:
            process.wait(child.service.stop_seconds)
        except subprocess.TimeoutExpired:
            say(f"{child.service.name} is still busy; ending it")
            self._ask(child, child.service.hurry_signal)
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._bury(process)

    def _logs(self) -> str:
        return str(self.children[0].service.log.parent) if self.children else "the logs"


def last_line(log: Path) -> str:
    """The last thing a service wrote, with the place of the rest."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"{lines[-1] if lines else 'it wrote nothing'} (all of it: {log})"


def in_words(code: int) -> str:
    """An exit code, or the signal it stands for."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"

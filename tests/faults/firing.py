"""A stack under fire: commands in the background, victims killed with -9, recovery awaited."""

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from tests.faults.invariants import connect, violations
from tests.faults.running_stack import PATIENCE, ROOT, RunningStack, all_gone, environ, eventually
from tests.faults.scene import write_scene

# A lost job is taken over within seconds, so that a test need not wait half a minute.
SETTINGS = {"RUN_LEASE_SECONDS": "3", "SWEEP_SECONDS": "1"}
PROGRAMMES = {
    "worker": "celery -A rubricstudio worker",
    "web": "rubricstudio.web",
    "database": "bin/postgres",
    "broker": "valkey-server",
}
VICTIMS = ("worker", "web", "database", "supervisor")
# How often work may be over before anybody saw it at the moment that was drawn.
TRIES = 20


@dataclass
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict:
        return json.loads(self.stdout)

    @property
    def words(self) -> str:
        """What it told people: the log's own lines are left out."""
        lines = self.stderr.splitlines()
        return "\n".join(line for line in lines if " INFO " not in line and " WARNING " not in line)


@dataclass
class Fire:
    """One running stack, the files of the made-up project, and a seeded choice of moments."""

    stack: RunningStack
    files: dict[str, Path]
    draw: random.Random = field(default_factory=random.Random)

    @property
    def storage(self) -> Path:
        return self.stack.home / "storage"

    @property
    def folder(self) -> Path:
        return self.stack.home.parent

    def start(self, *words: object) -> subprocess.Popen[str]:
        """`./run manage --home … words`, not waited for."""
        command = [str(ROOT / "run"), "manage", "--home", str(self.stack.home), *map(str, words)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=environ(), stdout=pipe, stderr=pipe, text=True, cwd="/"
        )

    def command(self, *words: object) -> Done:
        """The same, to its end."""
        return end(self.start(*words))

    def load(self, project: str) -> subprocess.Popen[str]:
        given = [word for kind, path in self.files.items() for word in (f"--{kind}", path)]
        return self.start("load", project, "--create", "--json", *given)

    def rows(self, query: str, *values: object) -> list[tuple]:
        with connect(self.stack.home) as opened:
            return opened.execute(query, values).fetchall()

    def await_row(self, query: str, *values: object, seconds: float = PATIENCE) -> tuple:
        """The query's first row, as soon as there is one; seen within a few milliseconds."""
        deadline = time.monotonic() + seconds
        if row := self._look(query, values, lambda: time.monotonic() < deadline):
            return row
        raise AssertionError(f"not seen within {seconds} seconds: {query}")

    def glimpse(self, process: subprocess.Popen[str], query: str, *values: object) -> tuple | None:
        """The same while the process runs; none when it was over before it was seen."""
        return self._look(query, values, lambda: process.poll() is None)

    def _look(
        self, query: str, values: Sequence[object], goes_on: Callable[[], bool]
    ) -> tuple | None:
        with connect(self.stack.home, "app") as opened:
            while goes_on():
                if row := opened.execute(query, values).fetchone():
                    return row
                time.sleep(0.003)
        return None

    def catch[T](
        self,
        stem: str,
        begin: Callable[[str], subprocess.Popen[str]],
        seen: Callable[[subprocess.Popen[str], str], T | None],
    ) -> tuple[str, subprocess.Popen[str], T]:
        """Work at the moment that is asked for, with its name and what was seen of it.

        What was over unseen, on a busy machine, is begun again under another name.
        """
        for number in range(TRIES):
            name = f"{stem}-{number}" if number else stem
            process = begin(name)
            if (found := seen(process, name)) is not None:
                return name, process, found
            assert end(process).code == 0
        raise AssertionError(f"{stem} was over {TRIES} times before it could be interrupted")

    def aim(self, victim: str) -> Callable[[], None]:
        """kill -9 of the victim with all its children, made ready: the moment may be short."""
        if victim == "supervisor":
            return self._kill_supervisor
        leader = self.stack.service(PROGRAMMES[victim])

        def kill() -> None:
            # PostgreSQL's children come and go, and one of a dead parent would go on by itself.
            for process in [leader, *leader.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

        return kill

    def _kill_supervisor(self) -> None:
        """Over when all that it started has gone after it."""
        family = self.stack.supervisor.children(recursive=True)
        self.stack.process.kill()
        self.stack.process.wait(PATIENCE)
        assert eventually(lambda: all_gone(family))

    def recover(self, victim: str) -> None:
        """Nothing is done by hand but starting `up` again when the supervisor itself was killed."""
        if victim == "supervisor":
            assert self.stack.start().startswith("ready: ")
        assert eventually(self.stack.is_ready)
        assert eventually(self._answers)

    def _answers(self) -> bool:
        try:
            return self.rows("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    def violations(self) -> list[str]:
        """What does not hold once no run is left behind by a dead worker."""
        lost = " UNION ALL ".join(
            f"SELECT id FROM {table} WHERE state = 'running' AND lease_until < now()"
            for table in ("evals_agreementrun", "evals_gradingrun", "evals_export")
        )
        assert eventually(lambda: not self.rows(lost))
        with connect(self.stack.home) as opened:
            return violations(opened, self.storage)


def end(process: subprocess.Popen[str]) -> Done:
    """Wait for a command's end."""
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return Done(process.returncode, stdout, stderr)


def a_moment(draw: random.Random, what: str, choose: Callable[[random.Random], object]) -> object:
    """A drawn moment, printed so that a failing cell can be fired again."""
    chosen = choose(draw)
    print(f"{what}: at {chosen}")  # noqa: T201
    return chosen


@contextmanager
def fire() -> Iterator[Fire]:
    """A fresh stack; RS_FAULT_SEED repeats the moments of an earlier run."""
    seed = int(os.environ.get("RS_FAULT_SEED") or time.time())
    print(f"RS_FAULT_SEED={seed}")  # noqa: T201
    # Not pytest's folder: the services' user could not pass through it when we are root.
    folder = Path(tempfile.mkdtemp(prefix="rs-", dir="/tmp"))
    folder.chmod(0o755)
    stack = RunningStack(folder / "home", settings=SETTINGS)
    try:
        assert stack.start().startswith("ready: "), (folder / "up.stderr").read_text()
        yield Fire(stack, write_scene(folder / "files"), random.Random(seed))
    finally:
        if stack.process is not None and stack.process.poll() is None:
            stack.stop()
        shutil.rmtree(folder)

"""What has to be done once before or beside the services: migrate, collect files, seed."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

from rubricstudio.stack import source
from rubricstudio.stack.application import Application
from rubricstudio.stack.refusal import check_output
from rubricstudio.stack.supervisor import TICK_SECONDS, Supervisor, dies_with_parent


@dataclass(frozen=True, slots=True)
class Chore:
    """One of manage.py's commands that runs beside the services."""

    name: str
    process: subprocess.Popen[str]
    log: Path
    supervisor: Supervisor

    def finish(self) -> str:
        """Wait for its end, services watched meanwhile; what it printed on stdout."""
        while self.process.poll() is None:
            self.supervisor.tick()
            time.sleep(TICK_SECONDS)
        printed, _ = self.process.communicate()
        if self.process.returncode:
            said = self.log.read_text(encoding="utf-8", errors="replace")
            raise check_output(said, doing=f"running {self.name}", log=str(self.log))
        return printed


@dataclass(frozen=True, slots=True)
class Chores:
    """The chores of one application, run as the services' user."""

    application: Application
    supervisor: Supervisor

    def start(self, *words: str) -> Chore:
        """Start a command; the answer it prints must be short enough for a pipe to hold."""
        application = self.application
        path = application.home.log(words[0])
        with path.open("w") as log:
            process = subprocess.Popen(
                [str(application.environment.python), str(application.code / "manage.py"), *words],
                cwd=application.code,
                env=application.environ(owner=True),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                preexec_fn=dies_with_parent(SIGTERM),
                **application.home.account.popen(),
            )
        return Chore(words[0], process, path, self.supervisor)

    def migrate(self) -> None:
        """Bring the database up to this source, unless it says that it is."""
        wanted = source.digest(source.FOR_DATABASE)
        servers = self.application.servers
        if servers and self._done().get("migrated") == f"{wanted} {servers.migrations()}":
            return
        self.start("migrate", "--database", "owner", "--no-input", "-v", "0").finish()
        if servers:
            self.remember("migrated", f"{wanted} {servers.migrations()}")

    def collect_static(self) -> "Collecting":
        """Start to collect the static files, unless they are those of this source."""
        wanted = source.digest(source.FOR_STATIC_FILES)
        if self._done().get("static") == wanted:
            return Collecting(self, wanted, None)
        return Collecting(self, wanted, self.start("collectstatic", "--no-input", "-v", "0"))

    def _done(self) -> dict[str, str]:
        path = self._record
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def remember(self, name: str, what: str) -> None:
        """Note which source a chore was done for."""
        part = self._record.with_suffix(".part")
        part.write_text(json.dumps(self._done() | {name: what}), encoding="utf-8")
        part.replace(self._record)

    @property
    def _record(self) -> Path:
        return self.application.home.path / "prepared.json"


@dataclass(frozen=True, slots=True)
class Collecting:
    """Static files on their way; only the web has to wait for them."""

    chores: Chores
    wanted: str
    chore: Chore | None

    def finish(self) -> None:
        """Return when they are there."""
        if self.chore is not None:
            self.chore.finish()
            self.chores.remember("static", self.wanted)

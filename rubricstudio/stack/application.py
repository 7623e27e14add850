"""RubricStudio itself as services: web, worker and beat, and the commands that prepare them."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from rubricstudio.stack import bytecode, source
from rubricstudio.stack.environment import Environment
from rubricstudio.stack.home import Home
from rubricstudio.stack.servers import Servers
from rubricstudio.stack.supervisor import Service, Supervisor

QUEUES = "default,statistics,grading,export"
WEB_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Application:
    """The source, the environment it runs in and the addresses of its servers.

    Without embedded servers every address comes from our own environment.
    """

    home: Home
    environment: Environment
    code: Path
    servers: Servers | None

    def web(self, port: int) -> Service:
        """The web server on loopback."""
        return self._service("web", web_module(port))

    def worker(self, processes: int, *, with_beat: bool = False) -> Service:
        """The worker for every queue; with the schedule inside where no beat runs beside it."""
        options = ["-Q", QUEUES, "--concurrency", str(processes), "--loglevel", "INFO"]
        quiet = ["--without-gossip", "--without-mingle"]
        beat = ["--beat", "--schedule", self._schedule] if with_beat else []
        command = ["celery", "-A", "rubricstudio", "worker", *options, *quiet, *beat]
        # SIGTERM lets running jobs end; SIGQUIT gives them up, and the sweeper starts them again.
        return self._service("worker", command, stop_seconds=20.0, hurry=signal.SIGQUIT)

    def beat(self) -> Service:
        """The one process that starts what is due."""
        # No pid file: one left by a killed beat would keep the next from starting.
        options = ["--schedule", self._schedule, "--pidfile=", "--loglevel", "WARNING"]
        return self._service("beat", ["celery", "-A", "rubricstudio.beat", "beat", *options])

    def environ(self, *, owner: bool) -> dict[str, str]:
        """The variables of a process of ours; only commands get the owner's address."""
        kept = {name: value for name, value in os.environ.items() if not _foreign(name)}
        if self.home.account.dropped:
            # Root's own temporary and home folders are closed to the services' user.
            kept.pop("TMPDIR", None)
            kept["HOME"] = str(self.home.path)
        kept |= {"RS_HOME": str(self.home.path)} | self.python_environ()
        if self.servers:
            kept |= self.servers.addresses() | self.servers.owner_address()
        if not owner:
            kept.pop("MIGRATION_DATABASE_URL", None)
        return kept

    def python_environ(self) -> dict[str, str]:
        """The variables that point Python at this environment and this source."""
        programmes = self.environment.python.parent
        return {
            "PATH": f"{programmes}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "VIRTUAL_ENV": str(self.environment.path),
            "PYTHONPATH": str(self.code),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "rubricstudio.settings",
            # Django's checks of the source are for those who change it: .ci/run.
            "CELERY_SKIP_CHECKS": "1",
        }

    @property
    def _schedule(self) -> str:
        return str(self.home.path / "beat" / "schedule")

    def _service(
        self,
        name: str,
        module: list[str],
        *,
        stop_seconds: float = 10.0,
        hurry: signal.Signals = signal.SIGKILL,
    ) -> Service:
        return Service(
            name=name,
            command=[str(self.environment.python), "-m", *module],
            log=self.home.log(name),
            cwd=self.code,
            env=self.environ(owner=False),
            account=self.home.account,
            stop_seconds=stop_seconds,
            hurry_signal=hurry,
        )


def web_module(port: int) -> list[str]:
    """The module that serves the pages, with its options."""
    options = {
        "interface": "wsgi",
        "host": "127.0.0.1",
        "port": port,
        "workers": WEB_WORKERS,
        "blocking-threads": 4,
        # Connections, which browsers keep open between requests; threads bound what runs at once.
        "backpressure": 512,
        "workers-kill-timeout": 8,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    target = ["--no-ws", "--respawn-failed-workers", "rubricstudio.wsgi:application"]
    return ["rubricstudio.web", *words, *target]


def bring_up(
    home: Home,
    environment: Environment,
    supervisor: Supervisor,
    *,
    embedded: bool,
    durable: bool = True,
) -> Application:
    """The application of this home, with its own servers started where it has some."""
    packages = environment.site_packages
    servers = Servers.of(home, packages, durable=durable) if embedded else None
    code = source.reachable(home)
    compiling = bytecode.start_compiling(code, environment.python)
    if servers:
        servers.start(supervisor)
    if compiling:
        # It runs beside the making of the database; what could not be compiled is no error.
        compiling.wait()
    return Application(home, environment, code, servers)


def _foreign(name: str) -> bool:
    """Variables that would turn our Python into another one."""
    return name.startswith("PYTHON") or name in ("VIRTUAL_ENV", "RS_PYTHON")

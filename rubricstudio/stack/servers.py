"""The two embedded servers together, and the addresses a programme needs to use them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rubricstudio.stack import postgres, valkey
from rubricstudio.stack.home import Home
from rubricstudio.stack.keys import Keys
from rubricstudio.stack.occupancy import Occupancy
from rubricstudio.stack.refusal import Refusal
from rubricstudio.stack.speech import say
from rubricstudio.stack.supervisor import Supervisor
from rubricstudio.stack.watchdog import Watchdog

GIVEN = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL")
STOP_ORDER = [["web", "beat"], ["worker"], ["valkey"], ["postgres"]]


@dataclass(frozen=True, slots=True)
class Servers:
    """PostgreSQL and Valkey of one home."""

    home: Home
    keys: Keys
    database: postgres.Postgres
    broker: Path

    @classmethod
    def of(cls, home: Home, site_packages: Path, *, durable: bool = True) -> "Servers":
        """The servers of this home, with the programmes installed in this environment."""
        database = postgres.Postgres(postgres.programmes(site_packages), home, durable)
        return cls(home, Keys.of(home.secrets), database, valkey.server(site_packages))

    def start(self, supervisor: Supervisor) -> None:
        """Start both, making the database first when there is none; return when they answer."""
        supervisor.start(valkey.service(self.broker, self.home))
        if not self.database.exists():
            say("Making the database; this happens once.")
            self.keys.demo_logins = []
            self.keys.save(self.home.secrets)
            self.database.create(self.keys)
        supervisor.start(self.database.service())
        supervisor.wait_for(
            lambda: valkey.accepts(self.home) and self.database.accepts(),
            seconds=60,
            what="The database or the queue does not answer",
        )

    def migrations(self) -> str:
        """A digest of the migrations the database says it has had; empty when it has none."""
        rows = "string_agg(app || ' ' || name, ',' ORDER BY id)"
        return self.database.ask(f"SELECT md5({rows}) FROM django_migrations", self.keys)

    def forget_signs_of_life(self) -> None:
        """Drop what the worker of an earlier start said: ready means that this one's has spoken."""
        self.database.ask("DELETE FROM labeling_heartbeat", self.keys)

    def addresses(self) -> dict[str, str]:
        """What settings read to find the servers, as the application's role."""
        return {
            "DATABASE_URL": self.database.url(postgres.APPLICATION, self.keys.app_password),
            "BROKER_URL": valkey.url(self.home),
            "SECRET_KEY": self.keys.secret_key,
            "RS_HOME": str(self.home.path),
        }

    def owner_address(self) -> dict[str, str]:
        """The owner's address, for migrations, commands and tests; never for the web."""
        url = self.database.url(postgres.OWNER, self.keys.owner_password)
        return {"MIGRATION_DATABASE_URL": url}


def servers_are_given() -> bool:
    """Whether the environment names real servers, all three of them."""
    given = [name for name in GIVEN if os.environ.get(name)]
    if given and len(given) < len(GIVEN):
        missing = ", ".join(sorted(set(GIVEN) - set(given)))
        raise Refusal(f"{missing} is missing beside {', '.join(given)}: set all three, or none.")
    return bool(given)


@contextmanager
def supervising(occupancy: Occupancy) -> Iterator[Supervisor]:
    """A supervisor for an occupied home; however the block ends, nothing is left running."""
    watchdog = Watchdog(before=occupancy.leave_to_children)
    supervisor = Supervisor(watchdog)
    try:
        yield supervisor
    finally:
        supervisor.stop(STOP_ORDER)
        watchdog.dismiss()
        occupancy.release()

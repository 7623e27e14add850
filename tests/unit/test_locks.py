"""One list of all advisory locks: what waits for one thing never waits for another by chance."""

import re
from pathlib import Path

from labeling import locks

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = {name: number for name, number in vars(locks).items() if name.isupper()}
CALL = re.compile(r"pg_(?:try_)?advisory_\w*\(\s*(\d+|%s|%\(\w+\)s)")
# Applied migrations are never edited, so these are written out there, each for what it is here.
WRITTEN_OUT = {locks.BATCH, locks.KEYS, locks.ASIDE}


def calls(pattern: str) -> list[tuple[str, str]]:
    """The files that take advisory locks, with the first argument of each call."""
    found = []
    for app in ("labeling", "evals", "rubricstudio"):
        for path in sorted((ROOT / app).rglob(pattern)):
            text = path.read_text()
            found += [(path.relative_to(ROOT).as_posix(), said) for said in CALL.findall(text)]
    return found


def test_every_number_is_given_once():
    assert len(set(NUMBERS.values())) == len(NUMBERS) == 10


def test_code_names_its_locks():
    taken = calls("*.py")
    assert len(taken) >= 15
    assert [one for one in taken if not one[1].startswith("%")] == []


def test_migrations_write_out_numbers_of_the_list():
    assert {int(said) for _, said in calls("*.sql")} == WRITTEN_OUT

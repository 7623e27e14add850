"""What must hold after every fault, asked of the raw rows and files: `violations(...)`.

It shares no code with the product, so it cannot repeat its mistakes. By hand:
`python -m tests.faults.invariants HOME`.
"""

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.faults.counting import counted

RUNS = (
    *("evals_agreementrun", "evals_gradingrun", "evals_selection", "evals_export"),
    "labeling_import",
)
# Indexes may be torn too: the rows themselves are read.
ROWS_ONLY = (
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;"
    # Rows just loaded have no statistics yet, and a loop over whole tables takes minutes.
    "SET enable_nestloop = off;"
)
# Every query lists what is wrong; no row, no fault.
FORBIDDEN = {
    "two current scores": """
        SELECT assignment_id, lineage_id FROM labeling_score WHERE superseded_by_id IS NULL
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "two scores of one criterion in a rating": """
        SELECT rating_id, criterion_id FROM labeling_score GROUP BY 1, 2 HAVING count(*) > 1""",
    "two ratings of one submission": """
        SELECT submission_id FROM labeling_rating GROUP BY 1 HAVING count(*) > 1""",
    "a score counted otherwise than its rating was for": """
        SELECT s.id FROM labeling_score s JOIN labeling_rating t ON t.id = s.rating_id
        WHERE s.counted <> (t.purpose = 'fixed')""",
    "a rating without scores": """
        SELECT t.id FROM labeling_rating t
        LEFT JOIN labeling_score s ON s.rating_id = t.id WHERE s.id IS NULL AND NOT t.withdrawn""",
    "a withdrawal with scores": """
        SELECT t.id FROM labeling_rating t JOIN labeling_score s ON s.rating_id = t.id
        WHERE t.withdrawn""",
    "a submitted rating without all criteria": """
        SELECT t.id FROM labeling_rating t JOIN labeling_batch b ON b.id = t.batch_id
        JOIN labeling_criterion c ON c.version_id = t.rubric_version_id
        JOIN labeling_assignment a ON a.id = t.assignment_id
        LEFT JOIN labeling_score s ON s.rating_id = t.id AND s.criterion_id = c.id
        WHERE b.kind <> 'imported' AND s.id IS NULL AND NOT t.withdrawn
            AND (a.round = 1 OR a.purpose NOT IN ('fixed', 'adaptive'))""",
    "an answer that was asked again without its criteria": """
        SELECT t.id FROM labeling_rating t
        JOIN labeling_reask r ON r.assignment_id = t.assignment_id
            AND r.version_id = t.rubric_version_id
        LEFT JOIN labeling_score s ON s.rating_id = t.id AND s.criterion_id = ANY (r.criteria)
        WHERE NOT t.withdrawn
        GROUP BY t.id, r.id HAVING count(s.id) <> cardinality(r.criteria)""",
    "an answer by a version that asked nothing there": """
        SELECT t.id FROM labeling_rating t JOIN labeling_assignment a ON a.id = t.assignment_id
        LEFT JOIN labeling_reask r ON r.assignment_id = t.assignment_id
            AND r.version_id = t.rubric_version_id
        WHERE a.round > 1 AND a.purpose IN ('fixed', 'adaptive') AND NOT t.withdrawn
            AND r.id IS NULL""",
    "a place that is asked twice": """
        SELECT batch_id, response_id, slot FROM labeling_reask WHERE ended_at IS NULL
        GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a seat in a later round that nothing was asked of": """
        SELECT a.id FROM labeling_assignment a
        LEFT JOIN labeling_reask r ON r.assignment_id = a.id
        WHERE a.round > 1 AND a.purpose IN ('fixed', 'adaptive') AND r.id IS NULL""",
    "two current answers in one place": """
        SELECT a.batch_id, a.response_id, a.slot, s.lineage_id FROM labeling_score s
        JOIN labeling_assignment a ON a.id = s.assignment_id
        WHERE s.superseded_by_id IS NULL AND a.slot IS NOT NULL
            AND a.purpose IN ('fixed', 'adaptive')
        GROUP BY 1, 2, 3, 4 HAVING count(*) > 1""",
    "two open leases": """
        SELECT batch_id, rater_id FROM labeling_assignment WHERE state = 'leased'
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "a count of submitted seats that is not their number": """
        SELECT c.id FROM labeling_ratercursor c
        LEFT JOIN labeling_assignment a ON a.batch_id = c.batch_id AND a.rater_id = c.rater_id
            AND a.state = 'submitted'
        WHERE c.lane = 0 GROUP BY c.id, c.done HAVING count(a.id) <> c.done""",
    "an entry in a lane that its batch does not have": """
        SELECT q.id FROM labeling_queueentry q JOIN labeling_batch b ON b.id = q.batch_id
        WHERE q.lane > 0 AND q.lane >= jsonb_array_length(b.lanes)""",
    "a submitted seat without a rating": """
        SELECT a.id FROM labeling_assignment a
        LEFT JOIN labeling_rating t ON t.assignment_id = a.id
        WHERE a.state = 'submitted' AND t.id IS NULL""",
    "taken is not the number of seats held": """
        SELECT q.id FROM labeling_queueentry q
        LEFT JOIN labeling_assignment a ON a.batch_id = q.batch_id
            AND a.response_id = q.response_id AND a.slot IS NOT NULL AND a.round = 1
        GROUP BY q.id, q.taken, q.overlap
        HAVING count(a.id) <> q.taken OR q.taken > q.overlap""",
    "a slot held twice": """
        SELECT batch_id, response_id, round, slot FROM labeling_assignment WHERE slot IS NOT NULL
        GROUP BY 1, 2, 3, 4 HAVING count(*) > 1""",
    "an item twice": """
        SELECT project_id, external_id FROM labeling_item GROUP BY 1, 2 HAVING count(*) > 1""",
    "a response twice": """
        SELECT project_id, external_id FROM labeling_response GROUP BY 1, 2 HAVING count(*) > 1""",
    "a response's place twice": """
        SELECT item_id, generator_id, index FROM labeling_response
        GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a grade twice": """
        SELECT run_id, response_id, lineage_id, repeat FROM evals_grade
        GROUP BY 1, 2, 3, 4 HAVING count(*) > 1""",
    "a finished grading with a chunk or a grade missing": """
        SELECT r.id FROM evals_gradingrun r WHERE r.state = 'finished' AND NOT r.imported
            AND (EXISTS (SELECT FROM evals_gradingchunk c WHERE c.run_id = r.id AND NOT c.done)
                OR r.total <> (SELECT count(*) FROM evals_grade g WHERE g.run_id = r.id))""",
    "a chunk not done that has grades": """
        SELECT c.id FROM evals_gradingchunk c WHERE NOT c.done
            AND EXISTS (SELECT FROM evals_grade g WHERE g.run_id = c.run_id
                AND g.response_id BETWEEN c.first_response AND c.last_response)""",
    "figures of an unfinished measuring": """
        SELECT r.id FROM evals_agreementrun r WHERE r.state <> 'finished'
            AND EXISTS (SELECT FROM evals_agreementslice s WHERE s.run_id = r.id)""",
    "a rating frozen out of its batch": """
        SELECT r.id FROM evals_agreementrun r JOIN labeling_batch b ON b.id = r.batch_id
        WHERE r.watermark > b.watermark""",
    "verdicts of an unfinished selection": """
        SELECT s.id FROM evals_selection s WHERE s.state <> 'finished'
            AND EXISTS (SELECT FROM evals_selecteditem i WHERE i.selection_id = s.id)""",
    **{
        f"{table}: {what}": f"SELECT id FROM {table} WHERE {condition}"
        for table in RUNS
        for what, condition in {
            "running although its lease has ended": "state = 'running' AND lease_until < now()",
            "running without a lease": "state = 'running' AND lease_until IS NULL",
            "failed without a word": "state = 'failed' AND error = ''",
            "finished without a time": "state = 'finished' AND finished_at IS NULL",
        }.items()
    },
    **{
        f"{table}: the same work twice": f"""
        SELECT input_hash, code_version FROM {table} WHERE state <> 'failed'
        GROUP BY 1, 2 HAVING count(*) > 1"""
        for table in RUNS
    },
}
AS_OF = """
    SELECT s.lineage_id, s.response_id, s.rater_id, s.answer, s.value
    FROM labeling_score s
    JOIN labeling_rating t ON t.id = s.rating_id
    WHERE s.batch_id = %(batch)s AND s.counted AND NOT t.withdrawn
        AND t.id <= %(watermark)s
        AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark)s)
        AND (t.excluded_seq IS NULL OR t.excluded_seq > %(watermark)s)
"""


def violations(connection: psycopg.Connection, storage: Path) -> list[str]:
    """Every invariant that does not hold; an empty list is a sound installation."""
    connection.execute(ROWS_ONLY)
    found = [
        f"{what}: {rows[:5]}"
        for what, query in FORBIDDEN.items()
        if (rows := connection.execute(query).fetchall())
    ]
    return [*found, *_release_faults(connection, storage), *_agreement_faults(connection)]


def _release_faults(connection: psycopg.Connection, storage: Path) -> Iterator[str]:
    """A finished release is there to the byte; of an unfinished one there is nothing to see."""
    finished = connection.execute(
        "SELECT id, directory, manifest, sha256 FROM evals_export WHERE state = 'finished'"
    ).fetchall()
    known = {storage / directory for _, directory, _, _ in finished}
    for pk, directory, manifest, sha256 in finished:
        expected = {each["name"]: each["sha256"] for each in manifest["files"]}
        expected["manifest.json"] = sha256
        yield from (
            f"release {pk}: {fault}" for fault in _file_faults(storage / directory, expected)
        )
    query = "SELECT count(*) FROM evals_export WHERE state IN ('pending', 'running')"
    (working,) = connection.execute(query).fetchone()
    if not working:
        for path in (storage / "exports").glob("*"):
            if path not in known:
                yield f"{path.name} is left in the storage, but no finished release names it"


def _file_faults(directory: Path, expected: dict[str, str]) -> Iterator[str]:
    there = {path.name: path for path in directory.glob("*")}
    if there.keys() != expected.keys():
        yield f"its files are {sorted(there)}, the manifest says {sorted(expected)}"
    for name in there.keys() & expected.keys():
        if hashlib.sha256(there[name].read_bytes()).hexdigest() != expected[name]:
            yield f"{name} has other bytes than its manifest says"


def _agreement_faults(connection: psycopg.Connection) -> Iterator[str]:
    runs = connection.execute(
        "SELECT id, batch_id, watermark, ratings_through FROM evals_agreementrun"
        " WHERE state = 'finished'"
    ).fetchall()

    # Runs of one batch as of one watermark tell of the same scores, so these are counted once.
    @cache
    def scores(batch: int, watermark: int) -> dict[int, list]:
        rows = connection.execute(AS_OF, {"batch": batch, "watermark": watermark}).fetchall()
        by_lineage = defaultdict(list)
        for lineage, *score in rows:
            by_lineage[lineage].append(score)
        return by_lineage

    @cache
    def figures(batch: int, watermark: int, lineage: int, measurement: str) -> dict:
        return counted(scores(batch, watermark)[lineage], measurement)

    for pk, batch, watermark, through in runs:
        total = sum(map(len, scores(batch, watermark).values()))
        if total != through:
            yield f"agreement run {pk}: {through} scores told, {total} counted"
        for lineage, told in _told(connection, pk):
            measured = figures(batch, watermark, lineage, told["measurement"])
            for name, value in measured.items():
                if not _same(told[name], value):
                    yield f"agreement run {pk}, {lineage}: {name} {told[name]}, counted {value}"


def _told(connection: psycopg.Connection, run: int) -> Iterator[tuple[int, dict]]:
    """What the run says of each criterion on the whole batch."""
    names = ("measurement", "n_units", "n_pairable_units", "n_raters", "n_ratings", "unanimous")
    rows = connection.execute(
        f"""
        SELECT s.lineage_id, {", ".join(f"s.{name}" for name in names)}, p.value, a.value
        FROM evals_agreementslice s
        JOIN evals_agreement p ON p.criterion_slice_id = s.id AND p.statistic = 'percent'
        JOIN evals_agreement a ON a.criterion_slice_id = s.id AND a.statistic = 'alpha'
        WHERE s.run_id = %s AND s.slice IS NULL""",
        [run],
    )
    for lineage, *values in rows:
        yield lineage, dict(zip([*names, "percent", "alpha"], values, strict=True))


def _same(told: object, value: object) -> bool:
    if told is None or value is None:
        return told is value
    return abs(float(told) - float(value)) < 1e-9


def connect(home: Path, role: str = "owner") -> psycopg.Connection:
    """A connection of one of the two roles (owner, app) to the database of a home."""
    password = json.loads((home / "secrets.json").read_text())[f"{role}_password"]
    user = f"rubricstudio_{role}:{quote(password, safe='')}"
    address = f"postgres://{user}@/rubricstudio?host={quote(str(home / 'sockets'), safe='/')}"
    return psycopg.connect(address, autocommit=True, connect_timeout=60)


if __name__ == "__main__":
    with connect(Path(sys.argv[1])) as opened:
        faults = violations(opened, Path(sys.argv[1]) / "storage")
    sys.stdout.write("\n".join(faults or ["Everything holds."]) + "\n")
    sys.exit(bool(faults))

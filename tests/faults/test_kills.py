"""kill -9 of each part during each operation: nothing lost, nothing doubled, the job goes on."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.firing import VICTIMS, Done, Fire, a_moment, end
from tests.faults.harms import HARMS
from tests.faults.invariants import connect, violations
from tests.faults.scene import ITEMS, MODELS, SCORES

pytestmark = pytest.mark.faults

LOADED = {"items": ITEMS, "responses": ITEMS * len(MODELS), "ratings": SCORES}
# Where a load may be interrupted, in the order in which it gets there.
STAGES = ("COPY incoming_response", "COPY incoming_rating", "INSERT INTO labeling_score", "COMMIT")
LOADING = """
    SELECT query FROM pg_stat_activity a JOIN pg_locks l USING (pid)
    WHERE l.locktype = 'advisory' AND l.classid = 7203 AND a.state = 'active'
        AND ltrim(query) ~ %s"""
MEASURING = (
    "SELECT id FROM evals_agreementrun WHERE slices = %s AND state = 'running' AND done >= %s"
)
LOST = "CommandError: The database was lost before the command was done."


@pytest.fixture
def shots(under_fire: Fire) -> Iterator[Fire]:
    """After every cell, whatever it did, all invariants hold."""
    yield under_fire
    assert under_fire.violations() == []


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_load_is_whole_or_nothing(shots: Fire, victim: str) -> None:
    stage = a_moment(shots.draw, f"load, {victim}", lambda draw: draw.randrange(len(STAGES)))
    kill, later = shots.aim(victim), f"^({'|'.join(STAGES[stage:])})"
    project, loading, (query,) = shots.catch(
        f"load-{victim}", shots.load, lambda process, _: shots.glimpse(process, LOADING, later)
    )
    kill()
    shots.recover(victim)
    first = end(loading)
    there = loaded(shots, project)
    if victim in ("worker", "web"):
        assert first.code == 0, first.stderr
    if first.code == 0:
        assert there == LOADED
    else:
        assert is_one_clear_sentence(first, LOST)
        # Whether a COMMIT in flight arrived is nobody's promise, but never a part of it.
        assert there in ([None, LOADED] if query == "COMMIT" else [None])
    again = end(shots.load(project))
    assert again.code == 0, again.stderr
    assert loaded(shots, project) == LOADED
    assert taken_anew(again) == ({} if there == LOADED else LOADED)


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_measuring_goes_on(shots: Fire, victim: str) -> None:
    project = provided(shots)
    done = a_moment(shots.draw, f"agreement, {victim}", lambda draw: draw.randint(1, 6))
    kill = shots.aim(victim)
    # Its own slice makes it a measuring that nobody has made before.
    tag, measuring, (run,) = shots.catch(
        victim,
        lambda tag: shots.start("agreement", project, "--json", "--slice", f"tag={tag}"),
        lambda process, tag: shots.glimpse(process, MEASURING, json.dumps([f"tag={tag}"]), done),
    )
    kill()
    shot = datetime.now(UTC)
    shots.recover(victim)
    told = end(measuring)
    if victim in ("database", "supervisor") and told.code != 0:
        assert is_one_clear_sentence(told, LOST)
        told = shots.command("agreement", project, "--json", "--slice", f"tag={tag}")
    assert told.code == 0, told.stderr
    assert "Traceback" not in told.stderr
    assert told.document["results"][0]["run"] == run
    ((state, attempt, through, was_done),) = shots.rows(
        "SELECT state, attempt, ratings_through, finished_at < %s FROM evals_agreementrun"
        " WHERE id = %s",
        shot,
        run,
    )
    assert (state, through) == ("finished", SCORES)
    # A worker that was killed, or lost its database, is followed by another, unless the job was
    # quicker than the shot.
    assert attempt == (1 if victim == "web" or was_done else 2)


@pytest.mark.parametrize("victim", VICTIMS)
def test_an_export_is_complete_or_absent(shots: Fire, victim: str) -> None:
    selection = selected(shots)
    size = a_moment(shots.draw, f"export, {victim}", lambda draw: draw.randrange(1, 40_000))
    kill = shots.aim(victim)
    name, exporting, _ = shots.catch(
        victim,
        lambda name: exported(shots, selection, name, shots.folder / f"out-{name}"),
        lambda process, _: written(shots, size, process),
    )
    kill()
    out = shots.folder / f"out-{name}"
    # A worker that is told to end ends with what it is at; what it wrote by then is complete.
    was_done = victim == "supervisor" or out.exists()
    shots.recover(victim)
    told = end(exporting)
    assert told.code == 0, told.stderr
    assert "Traceback" not in told.stderr
    ((state, attempt),) = shots.rows(
        "SELECT state, attempt FROM evals_export WHERE id = %s", told.document["export"]
    )
    assert state == "finished"
    assert attempt in ({1} if victim == "web" else {1, 2} if was_done else {2})
    expect_the_same_again(shots, selection, name, out)
    hidden = [path.name for path in shots.folder.glob(".out-*")]
    assert hidden == []


def loaded(shots: Fire, project: str) -> dict[str, int] | None:
    """How much of the project is there; None when not even the project is."""
    found = shots.rows("SELECT id FROM labeling_project WHERE slug = %s", project)
    if not found:
        return None
    counting = """
        SELECT (SELECT count(*) FROM labeling_item WHERE project_id = %s),
            (SELECT count(*) FROM labeling_response WHERE project_id = %s),
            (SELECT count(*) FROM labeling_score s JOIN labeling_rating t ON t.id = s.rating_id
                WHERE t.project_id = %s)"""
    (counts,) = shots.rows(counting, *(found[0] * 3))
    return dict(zip(LOADED, counts, strict=True))


def taken_anew(done: Done) -> dict[str, int]:
    return {kind: n for kind in LOADED if (n := done.document[kind]["new"])}


def is_one_clear_sentence(done: Done, sentence: str) -> bool:
    assert done.code == 1
    assert done.words.startswith(sentence), done.stderr
    assert "Traceback" not in done.stderr
    return len(done.words.splitlines()) == 1


def provided(shots: Fire) -> str:
    """A project that has been loaded whole, by an earlier cell or now."""
    if loaded(shots, "load-web") != LOADED:
        assert end(shots.load("load-web")).code == 0
    return "load-web"


def selected(shots: Fire) -> int:
    """A selection in it; asked for again, it is the same one."""
    project = provided(shots)
    finished = "SELECT max(id) FROM evals_selection WHERE state = 'finished'"
    if (found := shots.rows(finished)[0][0]) is not None:
        return found
    assert shots.command("agreement", project, "--json").code == 0
    rule = shots.folder / "rule.json"
    # Most answers of the scene earn nothing.
    rule.write_text(json.dumps({"low": {"min": None}}))
    return shots.command("select", project, "--json", "--rule", rule).document["selection"]


def exported(shots: Fire, selection: int, name: str, out: Path) -> subprocess.Popen[str]:
    words = ["--selection", selection, "--target", "openai", "--name", name, "--out", out]
    return shots.start("export", provided(shots), "--json", *words)


def written(shots: Fire, size: int, exporting: subprocess.Popen[str]) -> int | None:
    """Bytes that the worker has written of train.jsonl, at least so many; nobody may see it yet."""
    waiting = shots.storage / "exports"
    while exporting.poll() is None:
        for path in waiting.glob(".*/train.jsonl"):
            if path.exists() and (so_far := path.stat().st_size) >= size:
                return so_far
    return None


def expect_the_same_again(shots: Fire, selection: int, name: str, out: Path) -> None:
    """A second copy has the same bytes, and so has a recomputation of everything."""
    second = out.with_name(f"{out.name}-again")
    verifying = shots.start("export", "--verify", out)
    assert end(exported(shots, selection, name, second)).code == 0
    verified = end(verifying)
    assert verified.code == 0, verified.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }


@pytest.mark.parametrize("words", HARMS)
def test_the_invariants_see_harm_in_the_rows(under_fire: Fire, words: str) -> None:
    provided(under_fire)
    storage = under_fire.storage
    with connect(under_fire.stack.home) as opened, opened.transaction(force_rollback=True):
        for statement in HARMS[words]:
            opened.execute(statement)
        assert words in " ".join(violations(opened, storage))


def test_the_invariants_see_harm_in_the_files(shots: Fire) -> None:
    finished = "SELECT directory FROM evals_export WHERE state = 'finished' LIMIT 1"
    ((directory,),) = shots.rows(finished)
    train = shots.storage / directory / "train.jsonl"
    whole = train.read_bytes()
    left = shots.storage / "exports" / ".left-over"
    left.mkdir()
    train.write_bytes(whole[:-2] + b"!\n")
    told = " ".join(shots.violations())
    train.write_bytes(whole)
    left.rmdir()
    assert "train.jsonl has other bytes than its manifest says" in told
    assert ".left-over is left in the storage" in told

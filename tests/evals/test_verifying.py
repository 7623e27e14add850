"""The whole loop on published ratings, through the commands and a worker."""

import json
import shutil

import pytest
from django.core.management import CommandError, call_command

from evals import verifying
from labeling.errors import Problems
from tests.evals.loop import load_ttcw, shell, worker

FILES = ["train.jsonl", "valid.jsonl", "grader.json", "rubrics.jsonl", "manifest.json"]


@pytest.fixture
def ttcw(transactional_db, shared_data, tmp_path, settings):
    """The published ratings loaded, measured, selected and exported by commands."""
    settings.MEDIA_ROOT = tmp_path / "storage"
    load_ttcw(shared_data / "ttcw", tmp_path / "files")
    with worker():
        shell("agreement", "ttcw")
        chosen = shell("select", "ttcw")
        out = tmp_path / "release"
        target = ["--target", "openai", "--out", str(out)]
        written = shell("export", "ttcw", "--selection", str(chosen["selection"]), *target)
    return chosen, written, out


def test_the_published_ratings_go_through_the_whole_loop(ttcw, tmp_path, shared_data):
    chosen, written, out = ttcw
    the_funnel_is_the_published_one(chosen)
    the_files_hold_no_story(written, out, shared_data)
    checked = verifying.verify(out)
    assert (checked.files, checked.rows, checked.verdicts, checked.ratings) == (5, 7, 12, 2016)
    # 14 criteria on the batch, 2 kinds and 4 generators; alpha, AC1 and percent each.
    assert checked.statistics == 14 * 7 * 3
    one_flipped_byte_is_found_in_every_file(out, tmp_path)
    files_too_many_and_too_few_are_named(out, tmp_path)


def the_funnel_is_the_published_one(chosen):
    units = {step["step"]: step for step in chosen["funnel"] if step["counts"] == "units"}
    assert (units["all"]["count"], units["unanimous"]["count"]) == (672, 400)
    lowest = units["unanimous at the lowest level"]
    assert lowest["count"] == 262
    assert lowest["by_generator"] == {"Claude": 67, "GPT3.5": 128, "GPT4": 67}
    assert lowest["expected_by_chance"] == pytest.approx(252.71, abs=0.01)
    assert lowest["p_value"] == pytest.approx(0.041, abs=0.005)
    said = " ".join(chosen["warnings"])
    assert 'Most of this "agreement" is prevalence' in said
    assert "median of 0.065 over 14 criteria" in said
    assert "Shuffled within each generator, chance alone gives 268 units" in said
    assert chosen["kind"] == "draft"
    assert sum(item["verdict"] == "in" for item in chosen["items"]) == 7


def the_files_hold_no_story(written, out, shared_data):
    assert [each["name"] for each in written["files"]] == FILES
    assert [each["rows"] for each in written["files"]] == [6, 1, 1, 7, 1]
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    assert {each["what"] for each in written["not_measured"]} >= {"solvability"}
    text = "".join((out / name).read_text() for name in FILES)
    assert "newyorker.com" not in text, "nothing of the withheld stories leaves"
    for line in (shared_data / "ttcw" / "items.jsonl").open():
        story = json.loads(line)
        assert not story["response"] or story["response"][:200] not in text


def one_flipped_byte_is_found_in_every_file(out, tmp_path):
    for name in FILES:
        copy = tmp_path / f"flipped-{name}"
        shutil.copytree(out, copy)
        data = bytearray((copy / name).read_bytes())
        # The last line of the file: its number is the number of line feeds before it.
        data[-2] ^= 1
        (copy / name).write_bytes(data)
        with pytest.raises(Problems) as refusal:
            verifying.verify(copy)
        (problem,) = refusal.value.problems
        assert problem.where == name
        line = 1 + (out / name).read_bytes()[:-1].count(b"\n")
        assert problem.message.startswith(f"Line {line} differs from the database")


def files_too_many_and_too_few_are_named(out, tmp_path):
    copy = tmp_path / "more"
    shutil.copytree(out, copy)
    (copy / "notes.txt").write_text("mine")
    (copy / "valid.jsonl").unlink()
    with pytest.raises(CommandError) as failure:
        call_command("export", "--verify", str(copy))
    assert failure.value.returncode == 1
    assert [str(problem) for problem in failure.value.__cause__.problems] == [
        "notes.txt: The release has no such file.",
        "valid.jsonl: The file is missing.",
    ]


def test_what_the_server_never_wrote_is_said_so(db, tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(Problems, match="no release that this server knows"):
        verifying.verify(tmp_path)

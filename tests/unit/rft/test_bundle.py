import hashlib

import pytest

from evals.rft.bundle import read_manifest, verify_files, write_bundle
from evals.rft.manifest import (
    NOT_MEASURED,
    Contents,
    Provenance,
    build_manifest,
    manifest_bytes,
)
from labeling.errors import Conflict

LINES = [b'{"id":"a"}\n', b'{"id":"b"}\n']
SOURCE = Provenance(
    project="refunds",
    name="first",
    selection="7",
    rule={"seed": 3},
    rule_hash="ab" * 32,
    seed=3,
    rubric_hashes={"refunds": "cd" * 32},
    agreement=[{"key": "cites", "alpha": 0.5}],
    funnel=[{"step": "all", "counts": "units", "count": 4}],
    judge_model="some-judge",
    warnings=["said before"],
)


def write(directory, lines=LINES):
    contents = Contents()
    contents.include("train", "g")
    contents.include("train", "g")
    contents.exclude("z", "it has no messages")
    contents.exclude("c", "too late")
    contents.warnings.append("said while writing")
    return write_bundle(
        directory,
        {"train.jsonl": iter(lines), "valid.jsonl": iter([])},
        lambda files: manifest_bytes(build_manifest(SOURCE, contents, files)),
    )


def test_files_are_recorded_with_rows_bytes_and_hash(tmp_path):
    train, valid, manifest = write(tmp_path / "release")
    assert (train.rows, train.bytes) == (2, 22)
    assert train.sha256 == hashlib.sha256(b'{"id":"a"}\n{"id":"b"}\n').hexdigest()
    # sha256 of nothing
    assert valid.sha256.startswith("e3b0c44298fc1c149afbf4c8996fb924")
    assert manifest.name == "manifest.json"
    assert (tmp_path / "release" / "train.jsonl").read_bytes() == b"".join(LINES)


def test_the_manifest_says_what_is_in_and_what_was_not_measured(tmp_path):
    write(tmp_path / "release")
    manifest = read_manifest(tmp_path / "release")
    assert manifest["kind"] == "draft"
    assert manifest["counts"] == {
        "rows": 2,
        "excluded": 2,
        "splits": {"train": {"rows": 2, "groups": 1}, "valid": {"rows": 0, "groups": 0}},
    }
    assert [each["id"] for each in manifest["excluded"]] == ["c", "z"]
    assert manifest["warnings"] == ["said before", "said while writing"]
    assert [each["what"] for each in manifest["not_measured"]] == [what for what, _ in NOT_MEASURED]
    assert [each["name"] for each in manifest["files"]] == ["train.jsonl", "valid.jsonl"]


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    write(tmp_path / "one")
    write(tmp_path / "two")
    for name in ("train.jsonl", "valid.jsonl", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_an_untouched_release_verifies(tmp_path):
    write(tmp_path / "release")
    assert verify_files(tmp_path / "release", read_manifest(tmp_path / "release")) == []


def faults(directory):
    return {each.where: each.message for each in verify_files(directory, read_manifest(directory))}


def test_one_flipped_byte_is_found(tmp_path):
    write(tmp_path / "release")
    path = tmp_path / "release" / "train.jsonl"
    flipped = bytearray(path.read_bytes())
    flipped[7] ^= 1
    path.write_bytes(flipped)
    assert "sha256" in faults(tmp_path / "release")["train.jsonl"]


def test_missing_longer_and_foreign_files_are_found(tmp_path):
    release = tmp_path / "release"
    write(release)
    (release / "valid.jsonl").unlink()
    with (release / "train.jsonl").open("ab") as file:
        file.write(b"\n")
    (release / "notes.txt").write_text("x")
    assert faults(release) == {
        "notes.txt": "The manifest knows no such file.",
        "train.jsonl": "It has 23 bytes, the manifest says 22.",
        "valid.jsonl": "The file is missing.",
    }


@pytest.mark.parametrize("text", ["", "[]", '{"files": [{"name": "x"}]}', "{"])
def test_a_manifest_that_lists_no_files_is_a_fault(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    assert faults(tmp_path) == {"manifest.json": "It does not list its files."}


def test_a_failure_while_writing_leaves_nothing_behind(tmp_path):
    def broken():
        yield LINES[0]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write(tmp_path / "release", broken())
    assert list(tmp_path.iterdir()) == []


def test_a_release_is_never_written_over(tmp_path):
    write(tmp_path / "release")
    with pytest.raises(Conflict):
        write(tmp_path / "release", [b"other\n"])
    assert (tmp_path / "release" / "train.jsonl").read_bytes() == b"".join(LINES)
    assert len(list(tmp_path.iterdir())) == 1

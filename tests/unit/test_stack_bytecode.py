"""Compiling the source once: what is stale is found by time and size, as Python does."""

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from rubricstudio.stack.bytecode import PACKAGES, stale, start_compiling

PYTHON = Path(sys.executable)


@pytest.fixture
def code(tmp_path):
    return checkout(tmp_path)


def checkout(folder: Path) -> Path:
    for name in PACKAGES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"NAME = {name!r}\n")
    return folder


def folders(code: Path) -> list[Path]:
    return [code / name for name in PACKAGES]


def compiled(code: Path) -> None:
    process = start_compiling(code, PYTHON)
    assert process is not None
    assert process.wait() == 0


def test_fresh_source_is_compiled_and_then_left_alone(code):
    assert len(list(stale(folders(code)))) == 3
    compiled(code)
    assert list(stale(folders(code))) == []
    assert start_compiling(code, PYTHON) is None


def test_changed_source_is_compiled_again(code):
    compiled(code)
    changed = code / "evals" / "__init__.py"
    changed.write_text("NAME = 'something longer'\n")
    assert list(stale(folders(code))) == [changed]
    # the same size at another time
    other = code / "labeling" / "__init__.py"
    os.utime(other, (1_000_000_000, 1_000_000_000))
    assert set(stale(folders(code))) == {changed, other}
    compiled(code)
    assert list(stale(folders(code))) == []


def test_source_that_cannot_be_compiled_keeps_nothing_from_starting(code):
    (code / "evals" / "broken.py").write_text("def (:\n")
    process = start_compiling(code, PYTHON)
    assert process is not None
    process.wait()
    assert list(stale(folders(code))) == [code / "evals" / "broken.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_source_we_may_not_write_beside_is_left_alone(code):
    (code / "evals").chmod(0o555)
    assert start_compiling(code, PYTHON) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root acts for others")
def test_compiled_files_belong_to_the_owner_of_the_source_and_everybody_may_read_them():
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        code = checkout(folder)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, 12345, 12345)
        before = os.umask(0o077)
        try:
            compiled(code)
        finally:
            os.umask(before)
        made = next((code / "evals" / "__pycache__").iterdir())
        assert made.stat().st_uid == 12345
        assert stat.S_IMODE(made.stat().st_mode) & 0o444 == 0o444
        assert stat.S_IMODE(made.parent.stat().st_mode) & 0o555 == 0o555
    finally:
        shutil.rmtree(folder)

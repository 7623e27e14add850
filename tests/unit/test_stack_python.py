"""How `./run` finds a Python: by running candidates, never by a name alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / "run"


@pytest.fixture
def bin_folder(tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "sh"):
        (folder / name).symlink_to(f"/usr/bin/{name}" if name == "dirname" else "/bin/sh")
    return folder


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def start(bin_folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": str(bin_folder), "HOME": str(bin_folder)} | env
    return subprocess.run([str(RUN), "help"], env=variables, capture_output=True, text=True)


def speaks(name: str) -> str:
    """A stand-in that passes the check and says its name when it is handed the work."""
    return f'case "$*" in *-m*) echo {name}; esac; exit 0'


def test_a_shim_of_an_absent_version_is_passed_over(bin_folder):
    program(bin_folder, "python3.14", "exit 127")
    program(bin_folder, "python3.13", speaks("the-working-one"))
    assert start(bin_folder).stdout == "the-working-one\n"


def test_a_shim_comes_last_since_it_looks_for_its_version_first(bin_folder):
    shims = bin_folder / "shims"
    shims.mkdir()
    program(shims, "python3.14", speaks("shim"))
    path = f"{shims}:{bin_folder}"
    assert start(bin_folder, PATH=path).stdout == "shim\n"
    program(bin_folder, "python3.13", speaks("real"))
    assert start(bin_folder, PATH=path).stdout == "real\n"
    assert start(bin_folder, PATH=path, RS_PYTHON="python3.14").stdout == "shim\n"


def test_the_one_named_by_the_person_comes_first(bin_folder):
    program(bin_folder, "python3.14", speaks("newest"))
    program(bin_folder, "mine", speaks("mine"))
    assert start(bin_folder, RS_PYTHON="mine").stdout == "mine\n"


def test_a_python_in_pyenvs_folder_is_found(bin_folder):
    folder = bin_folder / ".pyenv" / "versions" / "3.12.7" / "bin"
    folder.mkdir(parents=True)
    program(folder, "python3", speaks("pyenv"))
    assert start(bin_folder).stdout == "pyenv\n"


def test_an_old_python_is_refused_with_one_sentence_that_says_how_to_get_another(bin_folder):
    program(bin_folder, "python3", "exit 1")
    done = start(bin_folder)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("run: RubricStudio needs Python 3.12 or newer")
    assert "apt-get install python3" in done.stderr
    assert done.stderr.count("\n") == 1


def test_this_very_python_is_accepted(bin_folder):
    done = start(bin_folder, RS_PYTHON=os.path.realpath(sys.executable))
    assert done.returncode == 0
    assert done.stdout.startswith("./run up ")

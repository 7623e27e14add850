"""One file a benchmark: `run(scale)` yields one dict for each thing it measured."""

import argparse
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which benchmarks to run, and how many times their usual size."""

    names: list[str]
    scale: int


def names() -> list[str]:
    """Every benchmark there is: the modules of this package without an underscore in front."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if not name.startswith("_"))


def chosen(arguments: Sequence[str]) -> Chosen:
    """Read the command line; an unknown name ends with exit code 2 and the names there are."""
    known = ", ".join(names()) or "none yet"
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure how fast it is.")
    parser.add_argument("name", nargs="*", help=f"any of: {known}; all without a name")
    parser.add_argument("--scale", type=int, default=1, metavar="N", help="times the usual size")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.name) - set(names())):
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {known}")
    return Chosen(options.name or names(), options.scale)

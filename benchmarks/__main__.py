"""`python -m benchmarks [NAME ...] [--scale N]`: one JSON object a line, for each measurement."""

import importlib
import json
import sys
from collections.abc import Sequence

import django

import benchmarks


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, or all."""
    wanted = benchmarks.chosen(arguments)
    django.setup()
    for name in wanted.names:
        for measured in importlib.import_module(f"benchmarks.{name}").run(scale=wanted.scale):
            line = json.dumps({"bench": name} | dict(measured), allow_nan=False)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The options that several commands share."""

import argparse


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """A parser that calls itself by the command people type, with --home."""
    made = argparse.ArgumentParser(prog=f"./run {name}", description=description)
    made.add_argument("--home", metavar="DIR", help="the state folder (also RS_HOME)")
    return made

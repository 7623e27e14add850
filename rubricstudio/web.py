"""`python -m rubricstudio.web OPTIONS`: granian, its workers forked from one loaded application."""

import multiprocessing
from importlib import import_module

from granian.cli import entrypoint

APPLICATION = "rubricstudio.wsgi"


def main() -> None:
    """Serve with granian's own arguments."""
    # Loaded once, its memory is shared. Where workers are spawned they load it themselves.
    if multiprocessing.get_start_method() == "fork":
        import_module(APPLICATION)
    entrypoint()


if __name__ == "__main__":
    main()

"""scipy's parts, imported by whoever first computes with them.

Every process of the product knows these modules: pages read their names and limits, beat and the
commands come to them through the jobs. Few compute, and scipy alone takes a fifth of a second.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy import sparse, special
    from scipy.sparse import csgraph


PARTS = ("scipy.sparse", "scipy.special", "scipy.sparse.csgraph")


def load() -> None:
    """Import them now."""
    for name in PARTS:
        import_module(name)


class _Later:
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        # The next time it is found here.
        setattr(self, name, found)
        return found


if not TYPE_CHECKING:
    sparse, special, csgraph = map(_Later, PARTS)

__all__ = ["csgraph", "load", "sparse", "special"]

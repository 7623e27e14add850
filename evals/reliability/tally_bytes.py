"""A tally as bytes: equal content gives equal bytes, on whatever machine it was counted."""

from __future__ import annotations

import io

import numpy as np

from evals.reliability.clusters import Clusters, ItemClusters, ItemMoments, alone
from evals.reliability.counts import Matrix
from evals.reliability.patterns import fitting
from evals.reliability.scientific import sparse
from evals.reliability.tally import Tally

_LITTLE_ENDIAN = np.dtype("<i8")


def pack(tally: Tally) -> bytes:
    """The whole tally."""
    parts = {
        "values": np.array(tally.values, dtype="<f8"),
        "shape": _whole([len(tally), len(tally.values), tally.declared]),
        "na": _whole(tally.na),
        "cannot": _whole(tally.cannot),
        "repeats": _whole(tally.repeats),
        **_sparse("rows", tally.rows),
        **_clusters(tally.clusters),
    }
    into = io.BytesIO()
    for name, part in parts.items():
        np.save(into, np.frombuffer(name.encode(), dtype=np.uint8), allow_pickle=False)
        np.save(into, part, allow_pickle=False)
    return into.getvalue()


def unpack(packed: bytes) -> Tally:
    """The tally that was packed."""
    source, parts = io.BytesIO(packed), {}
    while source.tell() < len(packed):
        name = np.load(source, allow_pickle=False).tobytes().decode()
        parts[name] = np.load(source, allow_pickle=False)
    patterns, levels, declared = parts["shape"].tolist()
    rows = fitting(_table(parts, "rows", (patterns, levels)))
    repeats = parts["repeats"]
    return Tally(
        values=tuple(parts["values"].tolist()),
        declared=bool(declared),
        rows=rows,
        na=parts["na"],
        cannot=parts["cannot"],
        repeats=repeats,
        clusters=_unpacked(parts, patterns) or alone(repeats, _rated(rows)),
    )


def _clusters(clusters: Clusters) -> dict[str, np.ndarray]:
    if isinstance(clusters, ItemMoments):
        items = _whole([clusters.n_items, clusters.shared])
        together = _sparse("together", clusters.together)
        return {"items": items, **together, **_kinds(clusters.mixed)}
    if clusters.alone:
        return {}
    return _kinds(clusters)


def _kinds(clusters: ItemClusters) -> dict[str, np.ndarray]:
    return {"kinds": _whole(clusters.repeats), **_sparse("units", clusters.units)}


def _unpacked(parts: dict[str, np.ndarray], patterns: int) -> Clusters | None:
    if "kinds" not in parts:
        return None
    kinds = parts["kinds"]
    held = ItemClusters(_table(parts, "units", (len(kinds), patterns)), kinds)
    if "items" not in parts:
        return held
    items, shared = parts["items"].tolist()
    return ItemMoments(_table(parts, "together", (patterns, patterns)), held, items, shared)


def _rated(rows: Matrix) -> np.ndarray:
    return np.asarray(rows.sum(axis=1)).ravel() > 0


def _sparse(name: str, table: Matrix) -> dict[str, np.ndarray]:
    found = sparse.csr_array(table)
    found.sort_indices()
    return {
        f"{name}.data": _whole(found.data),
        f"{name}.column": _whole(found.indices),
        f"{name}.start": _whole(found.indptr),
    }


def _table(parts: dict[str, np.ndarray], name: str, shape: tuple[int, int]) -> sparse.csr_array:
    made = (parts[f"{name}.data"], parts[f"{name}.column"], parts[f"{name}.start"])
    return sparse.csr_array(made, shape=shape)


def _whole(numbers: object) -> np.ndarray:
    return np.asarray(numbers).astype(_LITTLE_ENDIAN)

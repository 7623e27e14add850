"""Draws of summed contributions from the normal distribution that many items give them.

Every coefficient is made of sums over units. The sum over n items drawn anew has the covariance
sum_i v_i v_i' - S S' / n, with v_i the contribution of item i and S their sum, and with thousands
of items it is normal: so one draw of a few numbers stands for drawing all items.
"""

import numpy as np

from evals.reliability.clusters import ItemClusters, ItemMoments
from evals.reliability.counts import Floats
from evals.reliability.tally import Tally


def drawn(tally: Tally, columns: Floats, *, seed: int, resamples: int) -> Floats:
    """Resamples x columns: sums of `columns` (patterns x numbers) over items drawn anew."""
    values, vectors = np.linalg.eigh(covariance(tally, columns))
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    noise = np.random.default_rng(seed).standard_normal((resamples, columns.shape[1]))
    return np.asarray(tally.repeats @ columns + noise @ root.T)


def covariance(tally: Tally, columns: Floats) -> Floats:
    """Of the sums of `columns` over as many items drawn with return as there are."""
    total = tally.repeats @ columns
    if isinstance(tally.clusters, ItemMoments):
        second = columns.T @ (tally.clusters.together @ columns)
        second += _squares(tally.clusters.mixed, columns)
    else:
        second = _squares(tally.clusters, columns)
    return np.asarray(second - np.outer(total, total) / tally.n_items)


def _squares(clusters: ItemClusters, columns: Floats) -> Floats:
    of_item = clusters.units @ columns
    return np.asarray(of_item.T @ (of_item * clusters.repeats[:, None]))

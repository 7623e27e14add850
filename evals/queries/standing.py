"""Which scores count, now or as of a watermark: one rule in SQL for every query of units."""

from __future__ import annotations

# No rating is ever as high: as of it, a score counts when it counts now.
NOW = 2**63 - 1

# On a score s; takes `watermark` and `batches`. A score counts when its rating was there and
# neither superseded nor excluded by then (a withdrawal supersedes and has no scores), and when it
# was written on a seat of fixed overlap. The few excluded ratings are found first, so that the
# many scores need no join.
STANDING = """s.rating_id <= %(watermark)s
      AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark)s)
      AND s.counted AND s.rating_id NOT IN (
        SELECT t.id FROM labeling_rating t
        WHERE t.batch_id = ANY(%(batches)s::bigint[]) AND t.excluded_seq <= %(watermark)s)"""

# On a score s; takes `version`. With a run, disputed is what its version asks: units of a scale
# that a newer version has replaced belong to the measurings of the older one.
MEASURED = """s.lineage_id IN (
        SELECT m.lineage_id FROM labeling_criterion m WHERE m.version_id = %(version)s)"""

"""Whether raters can be compared at all: enough ratings of each, and common units between them.

Raters and units form a graph with an edge for each rating. Two raters in different parts of it have
never been measured against each other, not even through a third person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from evals.reliability import sentences
from evals.reliability.answers import Answers
from evals.reliability.counts import Integers, Mask
from evals.reliability.scientific import csgraph, sparse

RATINGS_MIN = 10
RATERS_MIN = 3
ITEMS_MIN = 50


class Obstacle(StrEnum):
    """Why raters are not compared."""

    NO_RATINGS = "no_ratings"
    FEW_RATERS = "few_raters"
    FEW_ITEMS = "few_items"
    FEW_RATINGS = "few_ratings"
    DISCONNECTED = "disconnected"

    @property
    def sentence(self) -> str:
        """Say it to people."""
        return _SENTENCES[self]()


_SENTENCES: dict[Obstacle, Callable[[], str]] = {
    Obstacle.NO_RATINGS: sentences.NOBODY_RATED,
    Obstacle.FEW_RATERS: partial(sentences.FEW_RATERS, least=RATERS_MIN),
    Obstacle.FEW_ITEMS: partial(sentences.FEW_RATED_ITEMS, least=ITEMS_MIN),
    Obstacle.FEW_RATINGS: partial(sentences.FEW_RATINGS, least=RATERS_MIN, ratings=RATINGS_MIN),
    Obstacle.DISCONNECTED: sentences.DISCONNECTED,
}


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of the graph, numbered by their first rater. -1: without a rating."""

    n: int
    of_rater: Integers
    of_unit: Integers


def parts(answers: Answers) -> Parts:
    """Connected components of the graph of raters and units."""
    people, units = answers.n_raters, answers.n_units
    ones = np.ones(len(answers), dtype=np.int8)
    edges = (answers.raters, people + answers.units)
    graph = sparse.csr_array((ones, edges), shape=(people + units, people + units))
    label = csgraph.connected_components(graph, directed=False)[1]
    rated = np.concatenate([answers.per_rater, answers.per_unit]) > 0
    # Every rated part has a rater, and raters stand first: the order of parts is theirs.
    used, first = np.unique(label[:people][rated[:people]], return_index=True)
    number = np.full(people + units, -1, dtype=np.int64)
    number[used[np.argsort(first)]] = np.arange(len(used))
    of = np.where(rated, number[label] if len(label) else label, -1)
    return Parts(len(used), of[:people], of[people:])


def experienced(answers: Answers) -> Mask:
    """Raters with enough ratings to say something about them."""
    return answers.per_rater >= RATINGS_MIN


def obstacle(answers: Answers) -> Obstacle | None:
    """Why the raters of these answers are not compared, if they are not.

    Raters with fewer than 10 ratings are left aside: they neither join two groups nor make one.
    """
    if not len(answers):
        return Obstacle.NO_RATINGS
    if np.count_nonzero(answers.per_rater) < RATERS_MIN:
        return Obstacle.FEW_RATERS
    if len(np.unique(answers.item_of)) < ITEMS_MIN:
        return Obstacle.FEW_ITEMS
    enough = experienced(answers)
    if np.count_nonzero(enough) < RATERS_MIN:
        return Obstacle.FEW_RATINGS
    joined = parts(answers.keep(enough[answers.raters]))
    return Obstacle.DISCONNECTED if joined.n > 1 else None

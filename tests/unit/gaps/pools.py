"""Small pools written by hand: a unit is the string of its raters' answers."""

from collections import Counter
from decimal import Decimal

from evals.gaps.pool import Criterion, Item, Pool, Response, Unit
from labeling.spec import CriterionSpec
from labeling.spec.scales import BINARY

NO, YES = Decimal(0), Decimal(1)
LETTERS = {"Y": YES, "N": NO}


def binary(key, points=1, *, gate=False, usable=True, slice_alpha_low=0.3):
    spec = CriterionSpec(
        key=key,
        name=key,
        criterion=f"It is {key}.",
        scale=BINARY,
        points=None if points is None else Decimal(points),
        gate=gate,
        pass_at=YES if gate else None,
    )
    return Criterion(spec, usable, slice_alpha_low)


def model(response_id, item, generator="small", kind="model"):
    return Response(response_id, item, generator, kind)


def unit(response, criterion, answers):
    """`YYN-?`: Y and N are levels, - is NA, ? is cannot assess."""
    counts = Counter(LETTERS[letter] for letter in answers if letter in LETTERS)
    return Unit(response, criterion, counts, answers.count("-"), answers.count("?"))


def pool(criteria, responses, ratings, grades=None, items=None):
    """`ratings`: response -> one string of answers per criterion, in the order of criteria."""
    known = list(dict.fromkeys(response.item for response in responses))
    return Pool(
        criteria=criteria,
        items=items or [Item(item_id) for item_id in known],
        responses=responses,
        units=[
            unit(response, criterion.key, answers)
            for response, row in ratings.items()
            for criterion, answers in zip(criteria, row, strict=True)
            if answers
        ],
        grades=grades or {},
    )

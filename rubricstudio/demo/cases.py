"""The requests: who writes about which order, and what the policy says to it."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from rubricstudio.demo.files import document, text

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """One way to decide a case: the paragraph it rests on and what is done."""

    outcome: str
    pays: str | None
    paragraph: str
    rule: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One refund request, with the facts that a look at the order shows."""

    id: str
    scenario: str
    customer: str
    today: date
    order: str
    product: str
    category: str
    price: float
    shipping: float
    delivered: date
    circle: bool
    condition: str
    photo: bool
    message: str
    payer: str = "the customer"
    # The policy leaves room here, so that experts read it differently.
    contested: bool = False

    @property
    def right(self) -> Decision:
        """What the policy says to this case."""
        return _decision(self.scenario, "right")

    @property
    def wrong(self) -> Decision:
        """The mistake that lies nearest."""
        return _decision(self.scenario, "wrong")

    def sum_of(self, decision: Decision) -> float:
        """What the customer gets back, 0 where nothing is paid."""
        paid = {"price": self.price, "part": self.price * 0.8, "all": self.price + self.shipping}
        return round(paid.get(decision.pays or "", 0.0), 2)


@cache
def cases() -> tuple[Case, ...]:
    """All requests, in their order."""
    return tuple(_case(json.loads(line)) for line in text("cases.jsonl").splitlines())


def _case(fields: dict) -> Case:
    days = {name: date.fromisoformat(fields[name]) for name in ("today", "delivered")}
    return Case(**(fields | days))


@cache
def _decision(scenario: str, side: str) -> Decision:
    known = document("decisions.json")[scenario]
    fields = {"paragraph": known["paragraph"], "rule": known["rule"], "pays": None} | known[side]
    return Decision(**(fields | {"says": tuple(fields["says"])}))


def working_days_after(day: date, count: int) -> date:
    """The day that many Mondays to Fridays later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def spoken(day: date) -> str:
    """A date as a letter has it: 3 March 2026."""
    return f"{day.day} {day:%B %Y}"


def money(amount: float) -> str:
    """A sum in euros: €64.00."""
    return f"€{amount:.2f}"

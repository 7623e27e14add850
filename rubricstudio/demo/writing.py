"""Putting an answer into words: every text does exactly what its truth says, in varied ways."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.text import capfirst

from rubricstudio.demo.cases import Case, Decision, money, spoken, working_days_after
from rubricstudio.demo.files import document
from rubricstudio.demo.truth import Truth

# Grounds that can stand before the decision; the others point back to it.
FIT_TO_BEGIN = ("§", "Our policy", "With us", "The paragraph", "I decide", "You may have read")
STEP_KINDS = ("none", "vague", "plain", "dated")


@dataclass(frozen=True, slots=True)
class Answer:
    """The words of an answer, and how it speaks: what raters take for warmth."""

    text: str
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pen:
    """Chooses among wordings: at random to the eye, always the same for the same answer."""

    name: str

    def choose[T](self, place: str, wordings: Sequence[T]) -> T:
        digest = hashlib.sha256(f"{self.name}/{place}".encode()).digest()
        return wordings[int.from_bytes(digest[:4]) % len(wordings)]


def write(case: Case, generator: str, truth: Truth) -> Answer:
    """The final message of an answer."""
    pen, phrases = Pen(f"{case.id}/{generator}"), document("phrases.json")
    decision = case.right if truth.decision else case.wrong
    opening = pen.choose("opening", phrases["openings"])
    closing = pen.choose("closing", phrases["closings"])
    body = _body(pen, case, truth, decision)
    parts = [opening["text"], *body, closing["text"]]
    slots = _slots(case, decision, blind=truth.lookup == "never")
    text = "\n\n".join(part.format(**slots) for part in parts if part)
    return Answer(text, frozenset(opening["marks"]) | frozenset(closing["marks"]))


def _body(pen: Pen, case: Case, truth: Truth, decision: Decision) -> list[str]:
    phrases = document("phrases.json")
    says, ground = pen.choose("says", decision.says), _ground(pen, case, truth, decision)
    orders = [f"{says} {ground}", f"{says}\n\n{ground}"]
    if ground.startswith(FIT_TO_BEGIN):
        orders.append(f"{ground} {says}")
    reasoned = pen.choose("reasoned", orders)
    if truth.long and truth.lookup != "never":
        reasoned = f"{pen.choose('recap', phrases['recaps'])}\n\n{reasoned}"
    after = [_steps(pen, truth, decision)]
    if truth.promises:
        after.insert(pen.choose("promise first", [0, 1]), _promise(pen, decision))
    if truth.long:
        after.insert(
            pen.choose("aside", [0, len(after)]), pen.choose("what", phrases["digressions"])
        )
    return [reasoned.strip(), *after]


def _ground(pen: Pen, case: Case, truth: Truth, decision: Decision) -> str:
    grounds = document("phrases.json")["grounds"]
    number, rule, kind = decision.paragraph, decision.rule, truth.cites
    if kind == "other":
        number, kind = case.wrong.paragraph, "exact"
    elif truth.names_paragraph and not truth.decision:
        number, rule, kind = case.right.paragraph, case.right.rule, "set_aside"
    ground = pen.choose("ground", grounds[kind]).format(n=number, rule=rule)
    return capfirst(ground)


def _steps(pen: Pen, truth: Truth, decision: Decision) -> str:
    kind = STEP_KINDS[truth.steps]
    if kind == "none":
        return ""
    wordings = document("phrases.json")["steps"][kind]
    return pen.choose("steps", wordings.get(decision.outcome) or wordings["any"])


def _promise(pen: Pen, decision: Decision) -> str:
    promises = document("phrases.json")["promises"]
    return pen.choose("promise", promises.get(decision.outcome, promises["other"]))


def _slots(case: Case, decision: Decision, *, blind: bool) -> dict[str, str]:
    """What the wordings are filled with; a blind answer does not know the order's facts."""
    known = {"price": "what you paid", "part": "a reduced sum", "all": "everything you paid"}
    refund = known.get(decision.pays or "", "") if blind else money(case.sum_of(decision))
    return _dates(case) | {
        "name": case.customer.split()[0],
        "order": case.order,
        "product": case.product,
        "category": case.category,
        "price": money(case.price),
        "shipping": money(case.shipping),
        "condition": case.condition,
        "payer": case.payer.replace("his ", "your ").replace("her ", "your "),
        "refund": refund,
        "on_delivered": "when you say" if blind else f"on {spoken(case.delivered)}",
        "days": str((case.today - case.delivered).days),
    }


def _dates(case: Case) -> dict[str, str]:
    later = {
        "today": case.today,
        "delivered": case.delivered,
        "post_by": case.today + timedelta(days=14),
        "photo_by": case.today + timedelta(days=7),
        "review_by": case.today + timedelta(days=14),
        "review_answer": working_days_after(case.today, 5),
        "paid_by": working_days_after(case.today, 5),
        "paid_about": working_days_after(case.today, 8),
        "supervisor_by": working_days_after(case.today, 2),
        "repaired_about": case.today + timedelta(days=25),
    }
    return {name: spoken(day) for name, day in later.items()}

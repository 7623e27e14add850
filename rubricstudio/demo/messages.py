"""Items and answers as chats with tool calls, in the shape of our files."""

import json
from collections.abc import Iterator
from typing import Any

from rubricstudio.demo.cases import Case, Decision, cases, money, spoken
from rubricstudio.demo.files import document, text
from rubricstudio.demo.truth import FRESH, RATED, Truth, truths
from rubricstudio.demo.writing import Pen, write

Line = dict[str, Any]
MADE_UP = {"made_up": True}
ACTIONS = {
    "return": "create_return",
    "refund": "issue_refund",
    "repair": "open_repair",
    "supervisor": "hand_over",
}
PAID = {"price": "the full price", "part": "80 % of the price", "all": "price and shipping"}
DECIDED = {
    "return": "Take the {product} back and refund {refund} ({paid}) once it has arrived",
    "refund": "Refund {refund} ({paid}) at once; nothing is sent back",
    "refuse": "Refuse: no refund for the {product}",
    "photo": "Decide nothing yet and ask for a photo of the {product}, to be sent within 7 days",
    "repair": "No refund: repair the {product}, or replace it if that fails",
    "supervisor": "Decide nothing and hand the case to a supervisor, since {price} is above €300",
}


def item_lines() -> Iterator[Line]:
    """Every request as a line of items.jsonl."""
    for case in cases():
        policy = f"{text('policy.txt')}\nToday is {case.today:%A}, {spoken(case.today)}."
        yield {
            "id": case.id,
            "group": case.scenario,
            "messages": [
                {"role": "system", "content": policy},
                {"role": "user", "content": case.message},
            ],
            "tools": document("tools.json"),
            "reference": reference(case),
            "tags": [case.category],
            "metadata": MADE_UP | {"paragraph": case.right.paragraph, "scenario": case.scenario},
        }


def response_lines(generators: tuple[str, ...] = (*RATED, FRESH)) -> Iterator[Line]:
    """Every answer as a line of responses.jsonl."""
    for case in cases():
        for generator in generators:
            if truth := truths().get((case.id, generator)):
                yield _response(case, generator, truth)


def reference(case: Case) -> str:
    """The correct decision in words, with its paragraph."""
    decision = case.right
    said = DECIDED[decision.outcome].format(
        product=case.product,
        price=money(case.price),
        refund=money(case.sum_of(decision)),
        paid=PAID.get(decision.pays or ""),
    )
    to_payer = f", to {case.payer} who paid" if case.scenario == "gift" else ""
    return f"{said}{to_payer}. §{decision.paragraph}: {decision.rule}."


def _response(case: Case, generator: str, truth: Truth) -> Line:
    messages = answer_messages(case, generator, truth)
    return {
        "id": f"{case.id}/{generator}",
        "item_id": case.id,
        "generator": {"name": generator, "kind": "model", "provider": "made up"},
        "messages": messages,
        "metadata": MADE_UP,
        "tokens": len(str(messages)) // 4,
    }


def answer_messages(case: Case, generator: str, truth: Truth) -> list[Line]:
    """Tool calls with their results in the order of the truth, then the words."""
    decision = case.right if truth.decision else case.wrong
    action = _action(case, decision)
    looks = [("lookup_order", {"order_id": case.order}, order_facts(case))]
    acts = [action] if action else []
    calls = {"first": looks + acts, "late": acts + looks, "never": acts}[truth.lookup]
    if truth.lookup == "never" and Pen(f"{case.id}/{generator}").choose("acts", [True, False]):
        calls = []
    said = {"role": "assistant", "content": write(case, generator, truth).text}
    return [message for n, call in enumerate(calls, 1) for message in _call(n, *call)] + [said]


def order_facts(case: Case) -> Line:
    """What lookup_order answers."""
    return {
        "order_id": case.order,
        "customer": case.customer,
        "reed_circle": case.circle,
        "paid_by": case.payer,
        "delivered": case.delivered.isoformat(),
        "article": case.product,
        "category": case.category,
        "price_eur": case.price,
        "shipping_eur": case.shipping,
        "condition": case.condition,
        "photo_received": case.photo,
    }


def _action(case: Case, decision: Decision) -> tuple[str, Line, Line] | None:
    name = ACTIONS.get(decision.outcome)
    if name is None:
        return None
    arguments: Line = {"order_id": case.order}
    if decision.pays:
        arguments["refund_eur"] = case.sum_of(decision)
    if name == "hand_over":
        arguments["note"] = f"Return of the {case.product}, {money(case.price)}"
    return name, arguments, {"done": True}


def _call(number: int, name: str, arguments: Line, result: Line) -> list[Line]:
    function = {"name": name, "arguments": _json(arguments)}
    call = {"id": f"call_{number}", "type": "function", "function": function}
    return [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": _json(result)},
    ]


def _json(value: Line) -> str:
    return json.dumps(value, ensure_ascii=False)

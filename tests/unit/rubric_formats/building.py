"""Small trees for tests, and one to edit."""

from __future__ import annotations


def leaf(name: str, weight: object = 1, **more: object) -> dict:
    return {
        "id": name, "requirements": f"Leaf {name} is met.", "weight": weight, "sub_tasks": [],
        "task_category": "Code Development", "finegrained_task_category": "Logging", **more,
    }  # fmt: skip


def branch(name: str, weight: object, *children: dict) -> dict:
    return {
        "id": name, "requirements": f"Branch {name} holds.", "weight": weight,
        "sub_tasks": list(children), "task_category": None, "finegrained_task_category": None,
    }  # fmt: skip


SMALL = branch("root", 1, leaf("a", 2), branch("b", 3, leaf("c", 1), leaf("d", 3)))

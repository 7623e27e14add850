"""A document of each format with whatever odd things it may say."""

HEALTHBENCH = [
    {"criterion": "Cites clause 4.2.", "points": 5, "tags": ["axis:policy"]},
    {"criterion": "Invents a clause.", "points": -4, "tags": [], "note": {"by": "x"}},
    {"criterion": "Is kind.", "points": 0, "tags": []},
    {"criterion": "Is short.", "points": 2.5},
]
RAR = [
    {"title": "Clause", "description": "Essential: Cites 4.2.", "weight": 5},
    {"title": "Tone", "description": "Important Criteria: Is kind.", "weight": 3},
    {"title": "Lies", "description": "Pitfall: Invents a clause.", "weight": -2},
    {"title": "Odd", "description": "Pitfall: Says so.", "weight": 2, "source": "x"},
    {"title": "t" * 300, "description": "No class.", "weight": 1},
]
AUTORUBRIC = [
    {"name": "clause", "weight": 5.0, "requirement": "Cites 4.2."},
    {"requirement": "Default weight."},
    {"name": "lies", "weight": -4, "requirement": "Invents."},
    {"name": "tone", "weight": 2, "requirement": "How kind?", "scale_type": "ordinal",
     "aggregation": "median", "options": [
         {"label": "1", "value": 0.0, "na": False}, {"label": "2", "value": 0.33},
         {"label": "3", "value": 1.0, "na": False}, {"label": "N/A - silent", "value": 0.0,
                                                    "na": True}]},
    {"name": "case", "weight": 1, "requirement": "Which?", "scale_type": "nominal", "options": [
        {"label": "too few", "value": 0.0}, {"label": "right", "value": 1.0},
        {"label": "too many", "value": 0.0}]},
    {"name": "down", "weight": 1, "requirement": "How bad?", "options": [
        {"label": "good", "value": 1.0}, {"label": "bad", "value": 0.0}]},
]  # fmt: skip
VERIFIERS = {
    "criteria": [
        {"name": "clause", "text": "Cites 4.2.", "weight": 5, "choices": ["no", "yes"]},
        {"name": "lies", "text": "Invents.", "weight": 4, "choices": ["yes", "no"]},
        {"name": "tone", "text": "How kind?", "weight": 2.5, "choices": ["cold", "ok", "warm"]},
        {"name": "rank", "text": "Rank?", "weight": 1, "choices": ["1", "2", "3", "0"]},
        {"name": "none", "text": "Counts?", "weight": 0, "choices": ["no", "yes"]},
    ],
    "model": "some-judge",
}
PROMPTFOO = {
    "vars": {"q": "May I?"},
    "description": "Travel",
    "assert": [
        {"type": "llm-rubric", "value": "Cites 4.2.", "weight": 5, "metric": "clause"},
        {"type": "llm-rubric", "value": "Is kind.", "threshold": 0.7, "provider": "x:y"},
        {"type": "not-llm-rubric", "value": "Invents.", "weight": 2},
        {"type": "contains", "value": "4.2", "weight": 1},
        {"type": "icontains", "value": "Clause"},
        {"type": "not-contains", "value": "sorry"},
        {"type": "is-json"},
        {"type": "javascript", "value": "output.length < 10", "weight": 3},
        {"type": "contains-any", "value": ["a", "b"]},
        {"type": "latency", "threshold": 5000, "weight": 0},
    ],
}
SETS = [
    {"type": "llm-rubric", "value": "A.", "weight": 2},
    {"type": "assert-set", "metric": "Style", "weight": 3, "threshold": 0.5, "assert": [
        {"type": "llm-rubric", "value": "B."},
        {"type": "contains", "value": "C", "weight": 3},
        {"type": "assert-set", "assert": [{"type": "llm-rubric", "value": "D."}]}]},
]  # fmt: skip
BIGGEN = {
    "criteria": "Is the plan good?",
    **{f"score{n}_description": f"Plan of grade {n}." for n in range(1, 6)},
}
DOCUMENTS = {
    "healthbench": [HEALTHBENCH, {"rubrics": HEALTHBENCH, "example_tags": ["x"]}],
    "rubrics-as-rewards": [RAR],
    "autorubric": [AUTORUBRIC, {"guidelines": "Read all.", "criteria": AUTORUBRIC[:2]}],
    "verifiers": [VERIFIERS, VERIFIERS["criteria"]],
    "promptfoo": [PROMPTFOO, PROMPTFOO["assert"], {"assert": SETS}, SETS],
    "biggen": [BIGGEN, {**BIGGEN, "note": 1}],
}
CASES = [(slug, document) for slug, documents in DOCUMENTS.items() for document in documents]

import pytest

from evals.rft.demonstrations import DemonstrationCheck, build_demonstration
from evals.rft.rows import RowRefused, SourceItem

ASK = [
    {"role": "system", "content": "Cite the clause."},
    {"role": "user", "content": "May I expense a minibar bill?"},
]
ANSWER = {"role": "assistant", "content": "No. Clause 4.2."}
TOOL = {"type": "function", "function": {"name": "clause"}}


def asked(*turns, **fields):
    return SourceItem(id="refund-1", messages=turns or ASK, **fields)


def test_roles_stay_and_neither_reference_nor_metadata_comes_along():
    item = asked(reference="No.", metadata={"clause": "4.2"}, group="hotel")
    assert build_demonstration(item, "No. Clause 4.2.") == {"messages": [*ASK, ANSWER]}


def test_tools_of_the_prompt_stand_beside_it():
    row = build_demonstration(asked(tools=[TOOL]), "No. Clause 4.2.")
    assert row == {"messages": [*ASK, ANSWER], "tools": [TOOL]}


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([ASK[1], ANSWER], "the model must answer a user"),
        ([{"role": "narrator", "content": "Once"}, ASK[1]], "the role narrator cannot be trained"),
        ([{"role": "user", "content": [{"type": "audio"}]}], "content of the type audio"),
    ],
)
def test_a_prompt_that_cannot_be_trained_on_is_refused(turns, reason):
    with pytest.raises(RowRefused, match=reason):
        build_demonstration(asked(*turns), "No.")


def test_a_prompt_never_stands_in_both_files_and_an_answer_once():
    check = DemonstrationCheck()
    row, other = build_demonstration(asked(), "No."), build_demonstration(asked(), "Never.")
    assert check.add("train", row) == ""
    assert check.add("train", other) == "", "two answers to one prompt are two demonstrations"
    assert check.add("train", row) == "the same answer to the same prompt is there already"
    assert check.add("valid", other) == "its prompt stands in demonstrations_train.jsonl already"


def test_too_few_rows_for_a_trainer_are_said():
    check = DemonstrationCheck()
    assert check.add("train", build_demonstration(asked(), "No, 0.")) == ""
    (warning,) = check.warnings()
    assert warning == "demonstrations_train.jsonl has 1 row; OpenAI takes no fewer than 10."
    for number in range(1, 10):
        check.add("train", build_demonstration(asked(), f"No, {number}."))
    assert check.warnings() == []

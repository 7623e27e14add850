import pytest

from evals.rft.checks import DatasetCheck


def row(row_id, text=None, **more):
    return {"messages": [{"role": "user", "content": text or row_id}], "id": row_id} | more


def test_rows_that_fit_together_have_no_fault():
    check = DatasetCheck()
    assert check.add("train", row("a", reference="x")) == []
    assert check.add("valid", row("b", reference="y", tools=[])) == []
    assert (check.rows, check.warnings()) == ({"train": 1, "valid": 1}, [])


@pytest.mark.parametrize(
    ("split", "second", "fault"),
    [
        ("valid", row("b", "a"), "prompt stands in train"),
        ("train", row("a", "other"), "id is in the dataset"),
        ("train", row("b", reference="x"), "fields differ from those of the other rows: reference"),
        ("train", row("b", points=8), "the field points is not a text"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_not_counted(split, second, fault):
    check = DatasetCheck()
    check.add("train", row("a"))
    assert any(fault in found for found in check.add(split, second))
    assert check.rows == {"train": 1, "valid": 0}


def test_the_same_prompt_may_stand_twice_in_one_file():
    check = DatasetCheck()
    check.add("train", row("a", "same"))
    assert check.add("train", row("b", "same")) == []


def test_a_full_file_takes_no_more():
    check = DatasetCheck()
    check.rows["valid"] = 1000
    assert check.add("valid", row("a")) == ["valid.jsonl is full with 1,000 rows"]


def test_an_empty_file_is_a_warning():
    check = DatasetCheck()
    check.add("train", row("a"))
    assert check.warnings() == ["valid.jsonl is empty; trainers ask for both files."]

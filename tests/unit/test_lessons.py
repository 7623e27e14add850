"""Cautions of many criteria as lessons: one a kind, with advice and the criteria it is about."""

from evals.lessons import Cautioned, lessons
from evals.reliability.shrinkage import Pool


def about(name, *cautions):
    return Cautioned(name, f"/{name}", cautions)


FEW = ("few_units", "Only 4 units are shared: no verdict below 30.")
RARE = ("low_information", "Low information: only 3 ratings differ from the common answer.")


def test_cautions_of_a_kind_become_one_lesson():
    found = lessons([about("a", FEW), about("b", FEW, RARE), about("c")], None, [])
    assert [lesson.code for lesson in found] == ["few_units", "low_information"]
    few, rare = found
    assert [one.name for one in few.criteria] == ["a", "b"]
    assert "100 to ± 0.12" in few.text
    assert [one.name for one in rare.criteria] == ["b"]
    assert "failures on purpose" in rare.text


def test_uninformative_agreement_is_called_so():
    (lesson,) = lessons([about("a", ("no_signal", "The interval reaches chance."))], None, [])
    assert lesson.title == "Agreed but uninformative"


def test_many_criteria_are_read_as_many():
    (lesson,) = lessons([], Pool(0.4, 0.2, 6), [0.1, 0.2, 0.4, 0.5, 0.6, 0.9])
    assert "Of 6 criteria the lowest alpha is 0.10 and the highest 0.90" in lesson.text
    assert "common mean of 0.40" in lesson.text
    assert "do not rank" not in lesson.text


def test_criteria_that_differ_by_noise_alone_are_not_to_be_ranked():
    (lesson,) = lessons([], Pool(0.4, 0.0, 6), [0.4] * 6)
    assert "do not rank them" in lesson.text


def test_few_criteria_are_read_one_by_one():
    assert lessons([], Pool(0.4, 0.2, 4), [0.1, 0.2, 0.3, 0.4]) == []
    assert lessons([], None, [0.1] * 9) == []


def test_caution_without_advice_is_said_as_it_is():
    said = ("coverage", "With so few items the interval holds less than 95 %.")
    (lesson,) = lessons([about("a", said), about("b")], None, [])
    assert (lesson.title, lesson.text) == ("Intervals promise too much", said[1])
    assert [one.name for one in lesson.criteria] == ["a"]


def test_caution_about_everything_names_nothing():
    said = ("coverage", "With so few items the interval holds less than 95 %.")
    (lesson,) = lessons([about("a", said), about("b", said)], None, [])
    assert lesson.criteria == []

"""Every text of a page is given to translators: nothing speaks English only."""

from pathlib import Path

import pytest

from tests.contracts.marked import unmarked

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Templates in which texts are still left to mark; one that is done leaves this list.
LEFT = frozenset(
    [
        "evals/agreement.html",
        "evals/agreement_criterion.html",
        "evals/item.html",
        "evals/items.html",
        "evals/mine.html",
        "evals/overview.html",
        "evals/planning.html",
        "evals/raters.html",
        "evals/scoring_left_out.html",
        "evals/scoring_order.html",
        "evals/scoring_proof.html",
        "evals/scoring_sum.html",
        "evals/units.html",
        "labeling/adjudication.html",
        "labeling/adjudication_point.html",
        "labeling/adjudication_seat.html",
        "labeling/answer.html",
        "labeling/answer_task.html",
        "labeling/batch.html",
        "labeling/desks.html",
        "labeling/draft_card.html",
        "labeling/flag.html",
        "labeling/flag_coverage.html",
        "labeling/flag_said.html",
        "labeling/flags.html",
        "labeling/import.html",
        "labeling/item_rubric.html",
        "labeling/item_rubrics.html",
        "labeling/own_ratings.html",
        "labeling/rubric.html",
        "labeling/rubric_compare.html",
        "labeling/rubric_edit.html",
        "labeling/rubric_known.html",
        "labeling/rubric_lint.html",
        "labeling/rubrics.html",
        "labeling/seat.html",
        "labeling/seat_appeal.html",
        "labeling/seat_criterion.html",
        "labeling/seat_dialogs.html",
        "labeling/seat_flags.html",
        "labeling/seat_grid.html",
        "labeling/seat_response.html",
        "labeling/seat_submitted.html",
        "labeling/tokens.html",
    ]
)


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Nothing is left.</p>", ["Nothing is left."]),
        ('<p title="Close it">{{ name }}</p>', ["Close it"]),
        ("<p>{{ n }} item{{ n|pluralize }}</p>", ["0 item0", "n|pluralize"]),
        ('{% include "x.html" with title="No item" icon="plus" only %}', ['title="No item"']),
        ("""<p>{{ name|default:"Nobody here" }}</p>""", ['"Nobody here"']),
        ('<p>{% translate "Done" %} · {{ name }} <code>seed</code> API</p>', []),
        ("{% blocktranslate count n=n %}{{ n }} item{% plural %}items{% endblocktranslate %}", []),
        ('{% include "x.html" with title=_("No item") icon="plus" only %}', []),
    ],
)
def test_what_counts_as_a_text_for_english_readers_only(source: str, texts: list[str]):
    assert unmarked(source) == texts


def test_every_template_gives_its_texts_to_translators():
    found = {
        str(path.relative_to(TEMPLATES)): texts
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (texts := unmarked(path.read_text()))
    }
    assert {name: texts for name, texts in found.items() if name not in LEFT} == {}
    assert LEFT - found.keys() == set(), "these are done: take them off the list"

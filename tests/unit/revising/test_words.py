"""What counts as cosmetic, to the letter, and where two texts part."""

import pytest

from labeling.revising import Piece, is_cosmetic, word_differences

SAME = [
    ("Names the paragraph.", "Names the paragraph"),
    ("Names  the\nparagraph.", "names the PARAGRAPH!"),
    ("It doesn't apply", "It doesn’t apply"),
    ("Says “no” – politely…", 'Says "no" - politely...'),
    ("within 10–20 days", "within 10-20 days"),
    ("*Names* the `id`", "Names the id"),
    ("e\u0301t\u00e9", "\u00e9t\u00e9"),
    ("soft\u00adware", "software"),
    ("(optional) Greets", "Optional: greets"),
]
OTHER = [
    ("Names the paragraph", "Names a paragraph"),
    ("at most 1.5 pages", "at most 15 pages"),
    ("at least 5 %", "at least 5"),
    ("below -5 degrees", "below 5 degrees"),
    ("10-20 days", "10, 20 days"),
    ("a score < 3", "a score > 3"),
    ("status != done", "status = done"),
    ("cites § 12", "cites 12"),
    ("chat and/or mail", "chat and or mail"),
    ("It does not apply", "It does apply"),
    ("10² units", "102 units"),
    ("login", "log in"),
    ("Names the paragraf", "Names the paragraph"),
]
TYPOS = [
    ("Look for the paragraf", "Look for the paragraph", False),  # f -> ph are two letters
    ("Look for the paragaph", "Look for the paragraph", True),  # one too few
    ("Look for the paragrraph", "Look for the paragraph", True),  # one too many
    ("Look for the paragrxph", "Look for the paragraph", True),  # another one
    ("Look for the paragrpah", "Look for the paragraph", True),  # two swapped
    ("Count it now", "Count it not", False),  # three letters say too much
    ("a typical case", "an atypical case", False),  # the first letter must stay
    ("the moral case", "the amoral case", False),
    ("Frist alpah bravoo chralie", "First alpha bravo charlie", False),  # four words
    ("Frist alpah bravoo", "First alpha bravo", True),  # three words
    ("Rule 12345", "Rule 12346", False),  # numbers have no typos
    ("Look for it there", "Look for it", False),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_blanks_marks_case_and_typography_are_cosmetic(before: str, after: str):
    assert is_cosmetic(before, after)
    assert is_cosmetic(after, before)


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_whatever_can_change_the_meaning_is_not(before: str, after: str):
    assert not is_cosmetic(before, after)
    assert not is_cosmetic(after, before)


@pytest.mark.parametrize(("before", "after", "cosmetic"), TYPOS)
def test_a_letter_corrected_is_cosmetic_where_typos_are_forgiven(
    before: str, after: str, cosmetic: bool
):
    assert is_cosmetic(before, after, typos=True) is cosmetic
    assert is_cosmetic(after, before, typos=True) is cosmetic
    assert not is_cosmetic(before, after)


def test_differences_are_told_in_words():
    assert word_differences("Names the paragraph.", "Names the exact paragraph.") == (
        Piece("same", "Names the "),
        Piece("added", "exact "),
        Piece("same", "paragraph."),
    )


def test_changes_with_only_a_blank_between_them_are_one():
    assert word_differences("very kind tone", "quite cold tone") == (
        Piece("removed", "very kind"),
        Piece("added", "quite cold"),
        Piece("same", " tone"),
    )


def test_equal_texts_and_empty_ones():
    assert word_differences("", "") == ()
    assert word_differences("same", "same") == (Piece("same", "same"),)
    assert word_differences("", "new") == (Piece("added", "new"),)
    assert word_differences("old", "") == (Piece("removed", "old"),)


@pytest.mark.parametrize(
    ("before", "after"), [*SAME, *OTHER, ("a b c", "c b a"), ("a\n\nb", "a b\tc"), ("xx", "yy zz")]
)
def test_the_pieces_give_both_texts_back(before: str, after: str):
    pieces = word_differences(before, after)
    assert "".join(one.text for one in pieces if one.kind != "added") == before
    assert "".join(one.text for one in pieces if one.kind != "removed") == after

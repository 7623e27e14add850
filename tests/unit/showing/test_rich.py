"""Markdown, formulas and code as their writers meant them."""

import pytest

from labeling.showing import plain, rich
from labeling.showing.rich import RICH_LENGTH


def formula(kind: str, text: str) -> str:
    return f'<span class="math" data-math="{kind}">{text}</span>'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so $x_1$ is", formula("inline", "x_1")),
        ("so \\(a_b * c_d\\) is", formula("inline", "a_b * c_d")),
        ("so $$x$$ is", formula("display", "x")),
        ("so \\[x^2\\] is", formula("display", "x^2")),
        ("$$\na\n+ b\n= c\n$$", formula("display", "a\n+ b\n= c")),
        ("that is\n\\[\na < b\n\\]\nthen", formula("display", "a &lt; b")),
        ("- first\n\n  $$\n  y\n  $$", formula("display", "y")),
        ("$\\frac{1}{2}$", formula("inline", "\\frac{1}{2}")),
    ],
)
def test_a_formula_keeps_its_text_for_whoever_sets_it(text: str, found: str):
    assert found in rich(text)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and then $6.",
        "A lone $ sign, and $ another",
        "`$x$` is code",
        "```\n$$\nx\n$$\n```",
        "an opening \\( without an end",
        "$$\nwithout an end",
        "US$20 to US$30",
    ],
)
def test_a_price_or_code_is_no_formula(text: str):
    assert "data-math" not in rich(text)


def test_an_escaped_dollar_is_a_dollar():
    assert rich("\\$x\\$") == "<p>$x$</p>\n"


def test_headings_stand_below_those_of_the_page():
    assert rich("# One\n\n### Three") == "<h3>One</h3><h5>Three</h5>"


def test_single_line_ends_are_kept_as_models_write_them():
    assert rich("one\ntwo") == "<p>one<br>\ntwo</p>\n"


def test_code_of_a_known_language_has_its_words_marked():
    assert '<span class="k">return</span>' in rich("```python\nreturn 1\n```")


def test_code_of_an_unknown_language_is_left_alone():
    html = rich("```klingon\nreturn <1>\n```")
    assert html == '<pre class="code"><code>return &lt;1&gt;\n</code></pre>\n'


def test_a_link_tells_nobody_where_it_was_followed_from():
    html = rich("[here](https://example.org/a)")
    assert 'href="https://example.org/a"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_a_text_that_is_too_long_is_not_set():
    assert rich("x" * RICH_LENGTH) is not None
    assert rich("x" * (RICH_LENGTH + 1)) is None


def test_plain_text_is_shown_to_the_letter():
    assert plain("# <b> $x$\n *y*") == "# &lt;b&gt; $x$\n *y*"


def test_a_picture_in_the_text_is_shown():
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
    assert f'<img src="{pixel}" alt="dot">' in rich(f"![dot]({pixel})")


def test_a_picture_that_is_not_what_it_says_is_not_shown():
    assert "<img" not in rich("![x](data:image/png;base64,R0lGODlhAQABAAAAACw=)")

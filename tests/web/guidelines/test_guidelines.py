"""Guidelines: who writes them, how they are shown, what hostile texts may do, two at once."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from labeling import authoring
from labeling.models import RubricVersion
from tests import factories
from tests.browser.material import HOSTILE

PAGE = "/p/refunds/rubrics/refund-quality/"
HTMX = {"HX-Request": "true", "HX-Target": "preview"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(as_user, amy, version) -> Client:
    return as_user(amy)


def sent(text: str, before: str = "", **other: object) -> dict[str, object]:
    seen = authoring.guidelines_token(before)
    return {"guidelines": text, "number": 2, "seen": seen, "do": "save"} | other


def written(client: Client, text: str) -> None:
    assert client.post(f"{PAGE}guidelines", sent(text)).status_code == 302


def shown(page) -> str:
    """What a page sets as Markdown."""
    found = re.search(
        r'<div class="turn-text" data-rendered dir="auto">(.*?)</div>', page.text, re.S
    )
    assert found, page.text
    return found[1]


class TestWhoWrites:
    def test_authors_write_into_the_draft(self, author):
        written(author, "Read the *policy*.")
        draft = RubricVersion.objects.get(status="draft")
        assert (draft.number, draft.guidelines) == (2, "Read the *policy*.")

    def test_looking_opens_no_draft(self, author):
        assert author.get(f"{PAGE}guidelines").status_code == 200
        author.post(f"{PAGE}guidelines", sent("x", do="preview"))
        author.post(f"{PAGE}guidelines/preview", sent("x"))
        assert not RubricVersion.objects.filter(status="draft").exists()

    def test_others_do_not(self, as_user, project, version, ana, dan):
        for person, status in (
            (ana, 403),
            (factories.member(project, "vic", "viewer"), 403),
            (dan, 404),
        ):
            client = as_user(person)
            assert client.get(f"{PAGE}guidelines").status_code == status
            assert client.post(f"{PAGE}guidelines", sent("x")).status_code == status
            assert client.post(f"{PAGE}guidelines/preview", sent("x")).status_code == status
        assert not RubricVersion.objects.filter(status="draft").exists()

    def test_wrong_verbs(self, author):
        assert author.put(f"{PAGE}guidelines").status_code == 405
        assert author.get(f"{PAGE}guidelines/preview").status_code == 405

    def test_line_ends_of_browsers_are_not_kept(self, author):
        written(author, "One\r\n\r\nTwo")
        assert RubricVersion.objects.get(status="draft").guidelines == "One\n\nTwo"


class TestShowing:
    def test_experts_read_the_published_text_as_it_was_meant(self, as_user, author, amy, ana):
        written(author, "# First\n\n1. Read\n2. Judge\n\n[Policy](https://example.org/policy)")
        draft = RubricVersion.objects.get(status="draft")
        assert "First" not in as_user(ana).get(PAGE).text
        authoring.publish(draft, by=amy, change_note="")
        text = shown(as_user(ana).get(PAGE))
        # The page has an h1, the section an h2: the text begins below them.
        assert "<h3>First</h3>" in text
        assert "<li>Read</li>" in text
        assert 'href="https://example.org/policy"' in text
        assert 'rel="noopener noreferrer nofollow"' in text

    def test_an_older_version_keeps_its_own(self, author, amy):
        for number, text in ((2, "Old words."), (3, "New words.")):
            before = "Old words." if number == 3 else ""
            author.post(f"{PAGE}guidelines", sent(text, before, number=number))
            authoring.publish(RubricVersion.objects.get(status="draft"), by=amy, change_note="")
        assert "New words." in shown(author.get(PAGE))
        assert "Old words." in shown(author.get(f"{PAGE}?version=2"))

    def test_the_preview_comes_alone_for_htmx_and_with_the_page_without_it(self, author):
        fragment = author.post(f"{PAGE}guidelines/preview", sent("**bold**"), headers=HTMX)
        assert "<html" not in fragment.text
        assert "<strong>bold</strong>" in shown(fragment)
        page = author.post(f"{PAGE}guidelines", sent("**bold**", do="preview"))
        assert page.status_code == 200
        assert "<strong>bold</strong>" in shown(page)
        assert "**bold**</textarea>" in page.text

    def test_too_long_a_text_is_said_and_kept(self, author):
        long = "word " * 4001
        for address in ("guidelines", "guidelines/preview"):
            page = author.post(f"{PAGE}{address}", sent(long))
            assert page.status_code == 422
            assert "20000 characters" in page.text.replace(",", "")
        assert long.strip() in author.post(f"{PAGE}guidelines", sent(long)).text

    def test_a_broken_character_is_said(self, author):
        assert author.post(f"{PAGE}guidelines", sent("caf\ufffd")).status_code == 422

    def test_two_authors_at_once_see_both_texts(self, author, amy):
        written(author, "Theirs, saved first.")
        page = author.post(f"{PAGE}guidelines", sent("Mine, written meanwhile."))
        assert page.status_code == 409
        assert "Theirs, saved first." in page.text
        assert "Mine, written meanwhile.</textarea>" in page.text
        again = authoring.guidelines_token("Theirs, saved first.")
        assert f'value="{again}"' in page.text
        assert RubricVersion.objects.get(status="draft").guidelines == "Theirs, saved first."

    def test_a_published_number_is_refused(self, author):
        assert author.post(f"{PAGE}guidelines", sent("x", number=1)).status_code == 409

    def test_it_can_be_taken_back(self, author, amy, version):
        written(author, "Read the policy.")
        authoring.undo(version.rubric, number=2, by=amy)
        assert RubricVersion.objects.get(status="draft").guidelines == ""


class Markup(HTMLParser):
    """Every element of a text and what its attributes say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


HARMLESS = {"href", "rel", "target", "title", "class", "start", "data-math"}
RUNS = {
    "script",
    "style",
    "iframe",
    "svg",
    "img",
    "form",
    "input",
    "object",
    "link",
    "meta",
    "base",
}


def expect_harmless(html: str) -> None:
    """No element that runs, loads or covers, no handler, no address but web and mail."""
    for tag, attributes in Markup(html).elements:
        assert tag not in RUNS, html
        assert set(attributes) <= HARMLESS, html
        assert re.match(r"https?://|mailto:", attributes.get("href", "https://")), html


class TestHostileTexts:
    @pytest.mark.parametrize(
        "text",
        [
            HOSTILE,
            "<script>alert(1)</script>",
            '<img src=x onerror="alert(1)">',
            "<svg onload=alert(1)><use href='https://evil.example/#a'></svg>",
            "<style>body { display: none }</style>",
            '<p style="position: fixed; inset: 0">over everything</p>',
            "<div hx-get='/accounts/logout/' hx-trigger='load'></div>",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java\tscript:alert(1))",
            "[a](&#106;avascript:alert(1))",
            "[a](vbscript:msgbox)",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "<javascript:alert(1)>",
            "![a](javascript:alert(1))",
            "![a](https://evil.example/pixel.gif)",
            "![a](data:image/svg+xml;base64,PHN2Zz4=)",
            '[a](https://ok.example "\\" onmouseover=alert(1)")',
            '[a](https://ok.example/"onmouseover=alert(1))',
            "[a]: javascript:alert(1)\n\n[a]",
            "```html\n<script>alert(1)</script>\n```",
            "`<script>alert(1)</script>`",
            "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
            "# <img src=x onerror=alert(1)>",
            "\\<script>alert(1)\\</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "<!--><script>alert(1)</script>-->",
            "{{ 7|add:7 }} {% now 'Y' %}",
        ],
    )
    def test_nothing_in_them_runs_loads_or_covers(self, author, text):
        expect_harmless(shown(author.post(f"{PAGE}guidelines/preview", sent(text))))

    @pytest.mark.parametrize(
        "address", ["/accounts/logout/", "//evil.example", "#top", "ftp://x.y"]
    )
    def test_links_lead_to_the_web_or_to_mail_only(self, author, address):
        assert "<a " not in shown(author.post(f"{PAGE}guidelines/preview", sent(f"[a]({address})")))

    def test_web_and_mail_links_stay(self, author):
        text = "[a](http://a.example) [b](https://b.example) [c](mailto:c@d.example)"
        assert shown(author.post(f"{PAGE}guidelines/preview", sent(text))).count("<a ") == 3

    @pytest.mark.parametrize(
        "text",
        [
            ">" * 10_000,
            "[" * 10_000,
            "*a _b " * 3_000,
            "- " * 9_000,
            "`" * 10_000,
            "![" * 9_000,
            "(" * 9_999 + ")" * 9_999,
            "|a" * 5_000 + "\n" + "|-" * 4_900,
            "\n".join(" " * n + "- x" for n in range(180)),
            "$" * 10_000,
        ],
    )
    def test_deep_and_heavy_texts_are_answered(self, author, text):
        page = author.post(f"{PAGE}guidelines/preview", sent(text[:20_000]))
        assert page.status_code == 200
        expect_harmless(shown(page))

    def test_turned_reading_direction_is_made_visible(self, author):
        page = author.post(f"{PAGE}guidelines/preview", sent("safe \u202egnp.exe"))
        assert "\u202e" not in shown(page)
        assert 'title="right-to-left override"' in shown(page)

    def test_a_nul_is_refused(self, author):
        assert author.post(f"{PAGE}guidelines", sent("a\0b")).status_code == 422

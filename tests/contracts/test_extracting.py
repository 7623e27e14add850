"""Translators are given the texts of Python, of templates and of scripts, none of them broken."""

from __future__ import annotations

import pytest

from evals.kept import SENTENCES
from tests import extracted

pytestmark = pytest.mark.skipif(not extracted.IS_THERE, reason="GNU gettext is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    return tmp_path_factory.mktemp("source")


def test_python_and_templates_are_read_without_a_warning(folder):
    found = extracted.extracted(folder, "django")
    assert found.said == ""
    kept = {text for form in SENTENCES.forms for text in form.kept.texts}
    # Of a template's attribute, its plural, a table of Python's, and a fault that SQL finds.
    assert found.messages >= kept | {
        "Download all as a zip",
        "%(excluded_count)s answers are left out; the manifest names each.",
        "Agreement by prevalence",
        "`%(id)s` is not an item of this project",
    }


def test_scripts_are_read_without_a_warning(folder):
    found = extracted.extracted(folder, "djangojs")
    assert found.said == ""
    assert found.messages >= {"Error {error}.", "{n} criterion", "{n} criteria"}

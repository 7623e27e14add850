"""The addresses of a rubric's scoring, and the labels most tests begin with."""

from django.urls import reverse

PAGES = ["rubric_scoring", "rubric_scoring_responses", "rubric_scoring_order"]


# accurate 5, polite 2, invents -4: rewards 7/7, 5/7, 2/7, 0/7, and (2 - 4) / 7 cut to 0
TABLE = """
r1 i 1 1 0 5
r2 i 1 0 0 4
r3 i 0 1 0 2
r4 j 0 0 0 3
r5 j 0 1 1 1
"""


def url(name, project, **query):
    address = reverse(name, args=[project.slug, project.rubrics.get().slug])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


ALL = [*PAGES, "rubric_scoring_preview"]

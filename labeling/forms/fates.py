"""What an author is asked about the labels of one changed criterion."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.authoring import COUNTED_MAX
from labeling.revising import CriterionDifference, Fate, possible_fates

CARRY = _("Go on: what was judged counts under the new version as well.")
ASK = _(
    "Ask again: once a batch moves to the new version, whoever judged is asked "
    "again for this criterion alone."
)
ASK_NEW = _(
    "Ask: once a batch moves to the new version, whoever judged is asked this criterion as well."
)
FRESH = _("Start afresh: nobody is asked again, only new work answers it.")


@dataclass(frozen=True)
class FateChoice:
    """A changed criterion with the number of labels that it is about."""

    difference: CriterionDifference
    labels: int

    @property
    def key(self) -> str:
        return self.difference.spec.key

    @property
    def name(self) -> str:
        """The field's name in the form; no field of its own has a colon."""
        return f"fate:{self.key}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What is possible, the usual first."""
        ask = ASK if self.difference.before else ASK_NEW
        words = {Fate.CARRY: CARRY, Fate.ASK: ask, Fate.FRESH: FRESH}
        return [(fate.value, str(words[fate])) for fate in possible_fates(self.difference)]

    @property
    def question(self) -> str:
        if self.difference.before is None:
            return str(_("Who answers it?"))
        if self.labels > COUNTED_MAX:
            more = {"count": f"{COUNTED_MAX:,}"}
            return _("What becomes of its more than %(count)s labels?") % more
        return ngettext(
            "What becomes of its %(count)s label?",
            "What becomes of its %(count)s labels?",
            self.labels,
        ) % {"count": f"{self.labels:,}"}

"""The rule of a selection and the wish for a release, asked in words."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evals.exporting import TARGETS
from evals.gaps.passing import RULE
from evals.gaps.rule import GENERATOR_KINDS, Rule, parse_rule
from evals.models import Grader, Selection
from evals.queries.items import readable_batches, readable_selections
from labeling.errors import Problems
from labeling.forms.texts import Line
from labeling.models import Batch, Generator, Project, User

DEFAULT = Rule()
AGREEMENT = [
    ("unanimous", _("All raters gave the same answer")),
    ("clarity", _("The majority is known with the clarity below")),
]
LOW = [
    ("consensus", _("the experts’ own consensus scores it low")),
    ("grade", _("a grader scores it low")),
]
KINDS = {
    "model": _("models, which are to be trained"),
    "expert": _("experts"),
    "probe": _("probes"),
}


class RuleForm(forms.Form):
    """One gap rule. Every field has its default, so the form can be sent as it stands."""

    batch = forms.ModelChoiceField(
        Batch.objects.none(),
        label=_("Batch"),
        empty_label=None,
        help_text=_("Its latest finished measuring is selected from; nothing is measured again."),
    )
    raters_min = forms.IntegerField(
        label=_("Raters at least"),
        min_value=2,
        initial=DEFAULT.raters_min,
        help_text=_("A response under a criterion counts as agreed only with this many raters."),
    )
    agreement = forms.ChoiceField(
        label=_("Agreed means"), choices=AGREEMENT, widget=forms.RadioSelect, initial="unanimous"
    )
    clarity = forms.FloatField(
        label=_("Clarity"),
        min_value=0.5,
        max_value=1,
        initial=0.95,
        required=False,
        help_text=_("How probable it must be that most experts would give the majority’s answer."),
    )
    generator_kinds = forms.MultipleChoiceField(
        label=_("Low on responses of"),
        choices=[(kind, KINDS[kind]) for kind in GENERATOR_KINDS],
        widget=forms.CheckboxSelectMultiple,
        initial=list(DEFAULT.generator_kinds),
    )
    target_generator = forms.ChoiceField(
        label=_("Only this generator"),
        required=False,
        help_text=_("The model that is to be trained."),
    )
    low_by = forms.ChoiceField(
        label=_("A response is low when"),
        choices=LOW,
        widget=forms.RadioSelect,
        initial=DEFAULT.low_by,
        help_text=_("Consensus selects difficulty with the same labels that settle it."),
    )
    low_grader = forms.ChoiceField(label=_("Grader"), required=False)
    low_max = forms.FloatField(
        label=_("Mean reward at most"),
        min_value=0,
        max_value=1,
        initial=DEFAULT.low_max,
        help_text=_("Over the item’s responses, on the criteria released for it; 0 to 1."),
    )
    low_min = forms.FloatField(
        label=_("Mean reward above"),
        min_value=0,
        max_value=1,
        initial=DEFAULT.low_min,
        required=False,
        help_text=_("0 leaves out items on which nothing earns anything: often a wrong reference."),
    )
    released_points_min = forms.FloatField(
        label=_("Released criteria carry at least"),
        min_value=0,
        max_value=1,
        initial=DEFAULT.released_points_min,
        help_text=_("The share of an item’s points that agreed criteria must carry; 0 to 1."),
    )
    criteria = Line(
        label=_("Only these criteria"),
        required=False,
        max_length=5000,
        help_text=_("Keys with spaces between them; empty means the whole rubric."),
    )
    valid_share = forms.FloatField(
        label=_("Share for validation"), min_value=0, max_value=0.99, initial=DEFAULT.valid_share
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=DEFAULT.seed
    )

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readable = readable_batches(project, user).values("pk")
        counting = Batch.objects.counting().filter(pk__in=readable)
        batches = counting.filter(agreement_runs__state="finished")
        self.batches = batches.distinct().order_by("-watermark", "-pk")
        choice = cast(forms.ModelChoiceField, self.fields["batch"])
        choice.queryset, choice.initial = self.batches, self.batches.first()
        names = Generator.objects.filter(project=project).order_by("name")
        kept = list(names.values_list("name", flat=True).distinct())
        self._offer("target_generator", [("", gettext("Any")), *((name, name) for name in kept)])
        graders = Grader.objects.filter(project=project, runs__state="finished").distinct()
        slugs = sorted({str(each) for each in graders})
        self._offer("low_grader", [("", gettext("None")), *((slug, slug) for slug in slugs)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                cleaned["rule"] = parse_rule(_rule(cleaned))
            except Problems as refusal:
                for problem in refusal.problems:
                    self._place(problem.where, problem.message)
        return cleaned

    def refuse(self, refusal: Problems) -> None:
        """Show faults that only the project's rows could tell."""
        for problem in refusal.problems:
            self._place(problem.where, problem.message)

    def _place(self, where: str, message: str) -> None:
        name = where.replace(".", "_")
        self.add_error(name if name in self.fields else None, message)


def _rule(cleaned: dict[str, Any]) -> dict[str, Any]:
    low = {"by": cleaned["low_by"], "max": cleaned["low_max"], "min": cleaned["low_min"]}
    if cleaned["low_by"] == "grade":
        low["grader"] = cleaned["low_grader"] or None
    clarity = cleaned["clarity"] if cleaned["agreement"] == "clarity" else None
    return {
        "raters_min": cleaned["raters_min"],
        "agreement": "unanimous" if cleaned["agreement"] == "unanimous" else {"clarity": clarity},
        "low": low,
        "generator_kinds": cleaned["generator_kinds"],
        "target_generator": cleaned["target_generator"] or None,
        "criteria": cleaned["criteria"].split() or None,
        "released_points_min": cleaned["released_points_min"],
        "valid_share": cleaned["valid_share"],
        "seed": cleaned["seed"],
    }


class SelectionChoice(forms.ModelChoiceField):
    """Selections by what is in them."""

    def label_from_instance(self, obj: Selection) -> str:
        chosen = obj.funnel[-1]["count"] if obj.funnel else 0
        return gettext("Selection %(pk)s of %(batch)s: %(chosen)s items in") % {
            "pk": obj.pk,
            "batch": obj.agreement_run.batch,
            "chosen": chosen,
        }


def _ruled_by() -> str:
    return gettext("Demonstrations are taken by a rule. %(rule)s") % {"rule": gettext(RULE)}


_ruled = lazy(_ruled_by, str)


class ReleaseForm(forms.Form):
    """A draft release of one selection."""

    selection = SelectionChoice(Selection.objects.none(), label=_("Selection"), empty_label=None)
    name = Line(
        label=_("Name"),
        required=False,
        max_length=100,
        help_text=_(
            "It stands in the manifest and the grader. Left empty, the selection gives it."
        ),
    )
    targets = forms.MultipleChoiceField(
        label=_("Targets"),
        choices=[(target, _(text)) for target, text in TARGETS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=["openai"],
        help_text=_ruled(),
    )
    judge_model = Line(
        label=_("Judge model"),
        required=False,
        max_length=100,
        help_text=_("The model named where a criterion needs a judge; trainers may replace it."),
    )

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = readable_selections(project, user).select_related("agreement_run__batch")
        self.selections = found.order_by("-pk")
        cast(SelectionChoice, self.fields["selection"]).queryset = self.selections

"""Opening a batch: by which rubric, over which responses, by how many experts each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import F, Func, QuerySet
from django.utils.translation import gettext, gettext_lazy

from labeling.assigning import KINDS, MAX_LEASE_MINUTES, MAX_OVERLAP, MAX_SEED
from labeling.forms.texts import Line
from labeling.models import Batch, Generator, Item, Project, Response, RubricVersion, Way
from labeling.serving import MAX_QUOTA, Serving
from labeling.ways import WAYS, Asking

MAX_TAGS = 200


class Percent(forms.IntegerField):
    """A share in whole percent; left empty it is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, initial=0, required=False, **kwargs)


class BatchForm(forms.Form):
    name = Line(max_length=200, label=gettext_lazy("Name"))
    rubric_version = forms.ModelChoiceField(
        RubricVersion.objects.none(), label=gettext_lazy("Rubric"), empty_label=None
    )
    overlap = forms.IntegerField(
        label=gettext_lazy("Experts per response"),
        min_value=1,
        max_value=MAX_OVERLAP,
        initial=3,
        help_text=gettext_lazy("Every response is rated by exactly this many different experts."),
    )
    generators = forms.ModelMultipleChoiceField(
        Generator.objects.none(),
        label=gettext_lazy("Only responses of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "None chosen: all of them. Responses without a text are always left out."
        ),
    )
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("Only items tagged"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all items."),
    )
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in KINDS], label=gettext_lazy("Kind")
    )
    blindness = forms.ChoiceField(
        choices=Batch.Blindness.choices, label=gettext_lazy("While it is open, experts see")
    )
    lease_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes a response stays with an expert"),
        min_value=1,
        max_value=MAX_LEASE_MINUTES,
        initial=30,
        help_text=gettext_lazy(
            "Each change extends it; afterwards the place is given to somebody else."
        ),
    )
    by_priority = forms.BooleanField(
        required=False,
        label=gettext_lazy("Serve by priority"),
        help_text=gettext_lazy(
            "Higher numbers of “priority” in the metadata of a response, else of its "
            "item, come first."
        ),
    )
    by_expertise = forms.BooleanField(
        required=False,
        label=gettext_lazy("Only to experts in what is needed"),
        help_text=gettext_lazy(
            "What the criteria of the rubric require, and “expertise” in the metadata of "
            "an item. What experts know is noted on the page of members."
        ),
    )
    quota = forms.IntegerField(
        required=False,
        label=gettext_lazy("At most so many ratings of one expert"),
        min_value=1,
        max_value=MAX_QUOTA,
        help_text=gettext_lazy("Left empty: as many as there are."),
    )
    way = forms.ChoiceField(
        choices=[(way.value, way.label) for way in WAYS],
        initial=Way.SINGLE,
        required=False,
        label=gettext_lazy("Way of rating"),
        help_text=gettext_lazy(
            "Side by side, the responses of an item stand on one page. One criterion at "
            "a time, up to 20 responses of different items are handed out together: an "
            "expert judges all of them under the first criterion, then all under the "
            "next, and sends them together. The way moves judgements, so it is kept with "
            "every rating. It cannot be changed once the batch is open."
        ),
    )
    asks_confidence = forms.BooleanField(
        required=False, label=gettext_lazy("Ask how sure experts are of each answer")
    )
    overall_percent = Percent(
        label=gettext_lazy("Percent of responses with an overall 0–5"),
        help_text=gettext_lazy(
            "Asked before the criteria, of every expert on the same responses. It shows "
            "whether the criteria miss something."
        ),
    )
    shuffled_percent = Percent(
        label=gettext_lazy("Percent of places with shuffled criteria"),
        help_text=gettext_lazy(
            "Drawn by expert and response. It shows whether answers hang on the order."
        ),
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=MAX_SEED,
        initial=0,
        help_text=gettext_lazy(
            "The order of the responses is drawn from it, and all that is drawn by lot."
        ),
        label=gettext_lazy("Seed"),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        # Those of single items ask what no other response can answer.
        versions = RubricVersion.objects.filter(project=project, rubric__item=None).published()
        self.fields["rubric_version"] = forms.ModelChoiceField(
            versions.order_by("title", "-number"), label=gettext("Rubric"), empty_label=None
        )
        generators = cast(forms.ModelMultipleChoiceField, self.fields["generators"])
        generators.queryset = project.generators.order_by("name", "pk")
        tags = cast(forms.MultipleChoiceField, self.fields["tags"])
        tags.choices = [(tag, tag) for tag in _tags(project)]

    def asking(self) -> Asking:
        """How the batch asks."""
        said = self.cleaned_data
        return Asking(
            way=said["way"] or Way.SINGLE,
            asks_confidence=said["asks_confidence"],
            overall_share=Decimal(said["overall_percent"] or 0) / 100,
            shuffled_share=Decimal(said["shuffled_percent"] or 0) / 100,
        )

    def serving(self) -> Serving:
        """What comes first, who may rate, and how much."""
        said = self.cleaned_data
        return Serving(said["by_priority"], said["by_expertise"], said["quota"])

    def responses(self) -> QuerySet[Response]:
        """The responses that the form asks for."""
        chosen = Response.objects.filter(project=self.project)
        if generators := self.cleaned_data["generators"]:
            chosen = chosen.filter(generator__in=list(generators))
        if tags := self.cleaned_data["tags"]:
            chosen = chosen.filter(item__tags__overlap=tags)
        return chosen


def _tags(project: Project) -> list[str]:
    tagged = Item.objects.filter(project=project).annotate(tag=Func(F("tags"), function="unnest"))
    return list(tagged.order_by("tag").values_list("tag", flat=True).distinct()[:MAX_TAGS])

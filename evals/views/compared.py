"""Two responses to one item side by side, what differs marked word by word."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from evals.queries.item import is_blind
from labeling import showing
from labeling.access import MemberRequest, overseen_project
from labeling.models import Item, Response
from labeling.showing.sides import LINES

CHOICES = 200


class PairForm(forms.Form):
    """Which two responses of the item are compared."""

    a = forms.ChoiceField(label=gettext_lazy("Left"))
    b = forms.ChoiceField(label=gettext_lazy("Right"))

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("a", "b"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


@require_safe
def compared(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Chosen by `a` and `b`; at first the first two responses that have a text."""
    project = overseen_project(request.user, slug)
    item = get_object_or_404(Item.objects.filter(project=project), pk=pk)
    item.project = project
    blind = is_blind(item, request.user)
    responses = list(_responses(item, blind=blind))
    choices = [(str(one.pk), _label(one, at, blind=blind)) for at, one in enumerate(responses, 1)]
    first = dict(zip(("a", "b"), [str(one.pk) for one in responses[:2]], strict=False))
    form = PairForm({**first, **request.GET.dict()}, choices=choices)
    context = {
        "project": project,
        "item": item,
        "form": form,
        "enough": len(responses) > 1,
        "crumbs": [
            (_("Items"), reverse("items", args=[project.slug])),
            (item.external_id, item.get_absolute_url()),
        ],
    }
    if context["enough"] and form.is_valid():
        texts = {str(one.pk): _text(one) for one in responses}
        pair = [form.cleaned_data[name] for name in ("a", "b")]
        rows, cut = showing.side_by_side(*(texts[key] for key in pair))
        labels = [dict(choices)[key] for key in pair]
        same = all(row.is_same for row in rows)
        context |= {"rows": rows, "cut": LINES if cut else 0, "labels": labels, "same": same}
    status = 200 if form.is_valid() or not context["enough"] else 422
    return render(request, "evals/compared.html", context, status=status)


def _responses(item: Item, *, blind: bool) -> list[Response]:
    """Those with a text; the order of import could tell the generators apart."""
    order = ("content_hash", "pk") if blind else ("pk",)
    shown = item.responses.filter(withheld=None).select_related("generator").order_by(*order)
    return list(shown[:CHOICES])


def _label(response: Response, number: int, *, blind: bool) -> str:
    if blind:
        return _("Response %(number)s") % {"number": number}
    return f"{response.external_id} · {response.generator.name}"


def _text(response: Response) -> str:
    return response.output or ""

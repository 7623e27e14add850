"""Who joins a project, and with which roles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from labeling.forms.texts import Line
from labeling.models import Role, User
from labeling.people import ROLES

ROLE_WORDS = {
    Role.ADMIN: _("Admin: runs the project, its batches, datasets and members"),
    Role.AUTHOR: _("Author: writes rubrics and reads results"),
    Role.EXPERT: _("Expert: rates responses"),
    Role.ADJUDICATOR: _("Adjudicator: rules on what experts differ on, after an own blind rating"),
    Role.VIEWER: _("Viewer: reads results"),
}
CHOICES = [(role.value, ROLE_WORDS[role]) for role in ROLES]


class RolesForm(forms.Form):
    """All roles of one person; none means that they leave the project."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=[(role.value, role.label) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
    )


class NewMemberForm(forms.Form):
    username = Line(label=_("Username"), max_length=150, validators=[User.username_validator])
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=CHOICES, widget=forms.CheckboxSelectMultiple
    )
    new_account = forms.BooleanField(
        label=_("Make a new account of this name"),
        required=False,
        help_text=_("You get a random first password to hand over; it is shown once."),
    )

    def clean_username(self) -> str:
        return User.normalize_username(self.cleaned_data["username"])

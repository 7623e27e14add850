"""What a verb refused, shown on the form that was sent to it."""

from django.forms import Form
from django.utils.text import capfirst

from labeling.errors import DomainError, Problems


def refused(form: Form, error: DomainError, *, beside: str | None = None) -> None:
    """Put every fault beside its field, or beside this one; without a field above the form."""
    if not isinstance(error, Problems):
        form.add_error(beside, capfirst(str(error)))
        return
    for one in error.problems:
        field = beside or (one.where if one.where in form.fields else None)
        form.add_error(field, capfirst(one.message))

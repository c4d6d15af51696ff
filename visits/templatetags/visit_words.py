"""Filters of the pages of visits."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def hours_minutes(minutes: int) -> str:
    """``2 h 40 min`` from minutes; below an hour the minutes alone, above ten minutes in steps of ten."""
    rounded = minutes if minutes < 10 else round(minutes, -1)
    hours, rest = divmod(rounded, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    return _("%(h)s h %(n)s min") % {"h": hours, "n": rest} if rest else _("%(h)s h") % {"h": hours}

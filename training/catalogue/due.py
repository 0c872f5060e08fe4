"""How near a due date is, in words and as a tag. Pure: dates in, texts out."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

# Due dates within this time get the tag class "tag-due".
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Tag:
    """A label; `css` is its tag class, which also gives it a sign before the text."""

    text: str
    css: str = ""


def day(when: date, today: date) -> str:
    """The date, without the year if it is this year: "4 December"."""
    return date_format(when, "MONTH_DAY_FORMAT" if when.year == today.year else "DATE_FORMAT")


def tag(due: date | None, today: date) -> Tag | None:
    """The Tag for a due date as seen today; None without a date."""
    if due is None:
        return None
    if due < today:
        yesterday = due == today - timedelta(days=1)
        text = _("Due yesterday") if yesterday else _("Late: was due %(day)s") % {"day": day(due, today)}
        return Tag(text, "tag-late")
    if due == today:
        return Tag(_("Due today"), "tag-due")
    if due == today + timedelta(days=1):
        return Tag(_("Due tomorrow"), "tag-due")
    return Tag(_("Due %(day)s") % {"day": day(due, today)}, "tag-due" if due - today <= SOON else "")

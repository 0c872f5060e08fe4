"""How near a due date is, in words and as a tag. Pure: dates in, texts out."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

# A date that is as near as this is shown in the warm colour.
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Tag:
    """A label with its shape: `css` is the component's class, which brings the sign before the words."""

    text: str
    css: str = ""


def day(when: date, today: date) -> str:
    """The date without its year where that is this year's: "4 December"."""
    return date_format(when, "MONTH_DAY_FORMAT" if when.year == today.year else "DATE_FORMAT")


def tag(due: date | None, today: date) -> Tag | None:
    """What a due date says today; None without one."""
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

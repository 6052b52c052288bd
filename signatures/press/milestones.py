"""A milestone in one line: the count, and under which text, as the feed and e-mails tell it."""

from django.utils.translation import gettext as _

from campaign.templatetags.locale_format import number as in_digits
from signatures.models import Cause, Snapshot
from signatures.press.standing import Standing


def in_words(snapshot: Snapshot, standing: Standing) -> str:
    """`standing` is that of its moment: see `standing.at_snapshots`."""
    words = (
        _("%(n)s signatures")
        if snapshot.cause == Cause.MILESTONE
        else _("Closed with %(n)s signatures")
    ) % {"n": in_digits(standing.tally.total)}
    return f"{words} · {_under(standing)}" if standing.note else words


def _under(standing: Standing) -> str:
    """Which text a count is of, and who signed others."""
    others = [
        _("%(n)s signed version %(version)s")
        % {"n": in_digits(each.tally.total), "version": in_digits(each.number)}
        for each in standing.others
    ]
    return " · ".join([standing.name, *others])

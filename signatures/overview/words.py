"""What waits, in one sentence that says what to do about it, and where that is done."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.templatetags.locale_format import number
from signatures.overview.waiting import Kind

# The first page of the room where it is seen to.
PAGES = {
    Kind.HELD: "desk_vetting",
    Kind.REPORTS: "desk_reports",
    Kind.TEXTS: "desk_publish",
    Kind.UPDATES: "desk_updates",
    Kind.BULK_DEEDS: "desk_bulk",
    Kind.IMPORTS: "desk_imports",
    Kind.REFUSED_MAIL: "desk_mail",
}


def link_words(kind: Kind) -> str:
    if kind == Kind.HELD:
        return _("Check signatures")
    return _("Answer") if kind == Kind.REPORTS else _("Look at it")


def sentence(kind: Kind, count: int) -> str:
    """In the language that is active."""
    sentences = {
        Kind.HELD: ngettext(
            "%(n)s signature is to be checked. Until then it is neither shown nor counted.",
            "%(n)s signatures are to be checked. Until then they are neither shown nor counted.",
            count,
        ),
        Kind.REPORTS: ngettext(
            "%(n)s name on the list is reported, and waits for an answer.",
            "%(n)s names on the list are reported, and wait for an answer.",
            count,
        ),
        # There is one at most.
        Kind.TEXTS: _(
            "A new version of the text is proposed. A second organizer has to approve it."
        ),
        Kind.UPDATES: ngettext(
            "%(n)s update is released. A second organizer has to approve it.",
            "%(n)s updates are released. A second organizer has to approve them.",
            count,
        ),
        Kind.BULK_DEEDS: ngettext(
            "%(n)s deed about many signatures is asked for. A second organizer has to approve it.",
            "%(n)s deeds about many signatures are asked for. A second organizer has to approve "
            "them.",
            count,
        ),
        Kind.IMPORTS: ngettext(
            "%(n)s file of people who signed elsewhere waits to be decided about.",
            "%(n)s files of people who signed elsewhere wait to be decided about.",
            count,
        ),
        Kind.REFUSED_MAIL: ngettext(
            "%(n)s person cannot confirm: their address took no e-mail.",
            "%(n)s people cannot confirm: their addresses took no e-mail.",
            count,
        ),
    }
    return sentences[kind] % {"n": number(count)}


def short(kind: Kind, count: int) -> str:
    """The same in a list of letters, as a link."""
    told = {
        Kind.HELD: ngettext("%(n)s to check", "%(n)s to check", count),
        Kind.REPORTS: ngettext("%(n)s report to answer", "%(n)s reports to answer", count),
        Kind.TEXTS: _("A new text to approve"),
        Kind.UPDATES: ngettext("%(n)s update to approve", "%(n)s updates to approve", count),
        Kind.BULK_DEEDS: ngettext(
            "%(n)s deed about many to approve", "%(n)s deeds about many to approve", count
        ),
        Kind.IMPORTS: ngettext("%(n)s file to decide", "%(n)s files to decide", count),
        Kind.REFUSED_MAIL: ngettext("%(n)s whose mail fails", "%(n)s whose mail fails", count),
    }
    return told[kind] % {"n": number(count)}

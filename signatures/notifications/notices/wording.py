"""What a notice says, in the language that is active: whole sentences, figures and one link."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.letters.models import Letter
from campaign.templatetags.locale_format import moment, number
from signatures.models import Happening, NoticeKind

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    headline: str
    sentences: Sequence[str]
    # A path of the site, and what its button says.
    path: str
    button: str


def words_of(happening: Happening) -> Words:
    if happening.letter is None:
        return _silent_server(happening.figures)
    return _WORDS[NoticeKind(happening.kind)](happening.letter, happening.figures)


def _milestone(letter: Letter, figures: Figures) -> Words:
    count = figures["signatures"]
    said = ngettext("%(n)s signature", "%(n)s signatures", count) % {"n": number(count)}
    return Words(
        said,
        [_("Count and list as they stand at this number are kept for good: to cite, or download.")],
        reverse("snapshot", args=[letter.slug, figures["snapshot"]]),
        _("Open the snapshot"),
    )


def _vetting(letter: Letter, figures: Figures) -> Words:
    late, waiting = figures["waiting_long"], figures["waiting"]
    return Words(
        _("Signatures wait to be checked"),
        [
            ngettext(
                "%(n)s signature has waited for more than a day.",
                "%(n)s signatures have waited for more than a day.",
                late,
            )
            % {"n": number(late)},
            ngettext(
                "In all, %(n)s signature waits for the organizers.",
                "In all, %(n)s signatures wait for the organizers.",
                waiting,
            )
            % {"n": number(waiting)},
        ],
        reverse("desk_vetting", args=[letter.slug]),
        _("Open the queue"),
    )


def _report(letter: Letter, figures: Figures) -> Words:
    waiting = figures["waiting"]
    return Words(
        _("A name on the list was reported"),
        [
            _(
                "The person who reported it has confirmed their e-mail address and waits for an "
                "answer."
            ),
            ngettext(
                "In all, reports of %(n)s name wait.",
                "In all, reports of %(n)s names wait.",
                waiting,
            )
            % {"n": number(waiting)},
        ],
        reverse("desk_reports", args=[letter.slug]),
        _("Read the report"),
    )


def _burst(letter: Letter, figures: Figures) -> Words:
    count, before = figures["signings"], figures["signings_in_the_hour_before"]
    return Words(
        _("Many are signing just now"),
        [
            ngettext(
                "%(n)s signature came within ten minutes.",
                "%(n)s signatures came within ten minutes.",
                count,
            )
            % {"n": number(count)},
            ngettext(
                "In the hour before it was %(n)s.", "In the hour before they were %(n)s.", before
            )
            % {"n": number(before)},
            _("Perhaps somebody well-known shared the letter. If you know of nothing, look."),
        ],
        reverse("desk_letter", args=[letter.slug]),
        _("Open the letter"),
    )


def _work(letter: Letter, figures: Figures) -> Words:
    since = moment(datetime.fromisoformat(figures["since"]))
    if figures["state"] == "begun":
        headline = _("The letter looks attacked: proof of work is asked for")
        sentences = [
            _(
                "Since %(when)s, each browser computes for some seconds before it signs: very many "
                "signed and hardly anyone confirmed, or one network was refused again and again."
            )
            % {"when": since},
            _(
                "Signing stays open, also without JavaScript: who signs so is held for you to "
                "check. You need not do anything. You are told when it is over."
            ),
        ]
    else:
        until, held = moment(datetime.fromisoformat(figures["until"])), figures["held"]
        headline = _("Proof of work is asked for no more")
        sentences = [
            _("It was asked for from %(since)s until %(until)s.")
            % {"since": since, "until": until},
            ngettext(
                "%(n)s signature without it was held to be checked.",
                "%(n)s signatures without it were held to be checked.",
                held,
            )
            % {"n": number(held)},
        ]
    return Words(
        headline, sentences, reverse("desk_letter", args=[letter.slug]), _("Open the letter")
    )


def _silent_server(figures: Figures) -> Words:
    since = moment(datetime.fromisoformat(figures["since"]))
    return Words(
        _("The mail server took no e-mail"),
        [
            # Whoever reads this by e-mail reads it afterwards.
            _("From %(when)s on, it took none for more than ten minutes.") % {"when": since},
            _(
                "What was owed to signers waited, and is sent as soon as the server takes it. "
                "Nothing is lost. If it happens again, ask those who run the site."
            ),
        ],
        reverse("desk"),
        _("Open the desk"),
    )


def _failed(letter: Letter, figures: Figures) -> Words:
    failed, asked = figures["failed"], figures["asked"]
    return Words(
        _("E-mails to signers fail"),
        [
            ngettext(
                "Within a day, the e-mail that asks to confirm failed for %(n)s signature.",
                "Within a day, the e-mail that asks to confirm failed for %(n)s signatures.",
                failed,
            )
            % {"n": number(failed)},
            ngettext(
                "In that time %(n)s person signed.", "In that time %(n)s people signed.", asked
            )
            % {"n": number(asked)},
            _("Those who signed read on the page that waits for them how to correct an address."),
        ],
        reverse("desk_letter", args=[letter.slug]),
        _("Open the letter"),
    )


def _update(letter: Letter, figures: Figures) -> Words:
    sentences = [
        ngettext("It was sent to %(n)s signer.", "It was sent to %(n)s signers.", figures["sent"])
        % {"n": number(figures["sent"])}
    ]
    if missed := figures["failed"] + figures["suppressed"]:
        sentences.append(
            ngettext(
                "%(n)s did not get it: their mailbox refused it, or they left before.",
                "%(n)s did not get it: their mailboxes refused it, or they left before.",
                missed,
            )
            % {"n": number(missed)}
        )
    if unknown := figures["unknown"]:
        sentences.append(
            ngettext(
                "Of %(n)s it is not known whether it arrived.",
                "Of %(n)s it is not known whether it arrived.",
                unknown,
            )
            % {"n": number(unknown)}
        )
    return Words(
        _("Update %(n)s has been sent") % {"n": number(figures["number"])},
        sentences,
        reverse("desk_update", args=[letter.slug, figures["number"]]),
        _("Open the update"),
    )


_WORDS: Mapping[NoticeKind, Callable[[Letter, Figures], Words]] = {
    NoticeKind.MILESTONE: _milestone,
    NoticeKind.VETTING: _vetting,
    NoticeKind.REPORT: _report,
    NoticeKind.BURST: _burst,
    NoticeKind.WORK: _work,
    NoticeKind.MAIL: _failed,
    NoticeKind.UPDATE: _update,
}


def digest_rows(figures: Figures) -> list[tuple[str, str]]:
    """What there is of each, as a label and a figure; what did not happen is left out."""
    labels = {
        "asked": _("Asked to confirm"),
        "confirmed": _("Signatures that came into the record"),
        "held": _("Held to be checked"),
        "removed": _("Taken off the list"),
        "reports": _("Names reported"),
        "returned": _("Signatures whose e-mail failed"),
    }
    return [(label, number(figures[key])) for key, label in labels.items() if figures.get(key)]

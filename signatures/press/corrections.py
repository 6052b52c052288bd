"""What left the list or changed the text: read newest first, in words that name nobody unasked."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from campaign.keyset import Page, page_of
from campaign.letters.models import EventKind, Letter, Translation
from campaign.templatetags.locale_format import language_name
from campaign.templatetags.locale_format import number as in_digits
from signatures.models import Because, Continuation, Correction

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Line:
    correction: Correction
    # What was published, if that is what it tells.
    text: Translation | None
    # Where the record goes on from a lost one, if that is what it tells.
    continued: Continuation | None = None
    # How many it tells of: more than one where it is of a deed about many.
    count: int = 1

    @property
    def before(self) -> int:
        """The number of the version before the text that was published; 0 where there is none."""
        return self.text.text.number - 1 if self.text else 0

    def __str__(self) -> str:
        """One sentence, in the language that is active."""
        if self.continued:
            return continued_in_words(self.continued)
        if self.count > 1:
            told = (self.correction.kind, self.correction.reason)
            return _counted_in_words(*told, self.count)
        return _text_in_words(self.text) if self.text else _in_words(self.correction)


def page(*, letter: Letter, before: int | None = None, most: int | None = None) -> Page[Line, int]:
    """The corrections that come before this index of the record, which is the cursor: `most`,
    or `PAGE_ROWS`."""
    found = Correction.objects.filter(letter=letter, is_folded=False).order_by("-index")
    if before is not None:
        found = found.filter(index__lt=before)
    told = page_of(found, size=most or PAGE_ROWS, cursor=lambda correction: correction.index)
    texts = _texts(letter, {each.text_sha256 for each in told.rows} - {""})
    continued = _continued(letter, told.rows)
    counts = _counts(told.rows)
    lines = [
        Line(each, _told_of(each, texts), continued.get(each.index), counts.get(each.index, 1))
        for each in told.rows
    ]
    return Page(lines, told.next)


def sums(*, letter: Letter) -> str:
    """How many stand how by now, each told once by the last that happened to it; empty where
    nobody ever left."""
    told = Correction.objects.filter(letter=letter).exclude(kind=EventKind.TEXT)
    last = told.values("public_id").annotate(last=Max("index")).values("last")
    standing: Counter[str] = Counter()
    found = told.filter(index__in=last).values_list("kind", "reason")
    for kind, reason, count in found.annotate(Count("pk")):
        standing["checking" if _is_checked(kind, reason) else kind] += count
    withdrawn, erased = standing[EventKind.WITHDRAW], standing[EventKind.ERASE]
    removed, restored = standing[EventKind.REMOVE], standing[EventKind.RESTORE]
    checking = standing["checking"]
    # English has one form for both; other languages have not.
    told_of = (
        (ngettext("%(n)s withdrawn", "%(n)s withdrawn", withdrawn), withdrawn),
        (ngettext("%(n)s erased", "%(n)s erased", erased), erased),
        (ngettext("%(n)s removed", "%(n)s removed", removed), removed),
        (ngettext("%(n)s being checked", "%(n)s being checked", checking), checking),
        (
            ngettext("%(n)s taken out and put back", "%(n)s taken out and put back", restored),
            restored,
        ),
    )
    return pgettext("between two counts", ", ").join(
        words % {"n": in_digits(count)} for words, count in told_of if count
    )


def digest(*, letter: Letter, since: datetime, until: datetime) -> list[str]:
    """What happened in this time, one sentence for each kind and reason with how many it was, in
    the language that is active. It names nobody, since what is mailed cannot be taken back."""
    found = Correction.objects.filter(letter=letter, at__gte=since, at__lt=until)
    others = (EventKind.TEXT, EventKind.CONTINUE)
    groups = (
        found.exclude(kind__in=others)
        .order_by()
        .values_list("kind", "reason")
        .annotate(count=Count("pk"))
    )
    counted = [_counted_in_words(*group) for group in sorted(groups)]
    single = list(found.filter(kind__in=others).order_by("index"))
    texts = _texts(letter, {each.text_sha256 for each in single} - {""})
    continued = _continued(letter, single)
    return [
        *(str(Line(each, _told_of(each, texts), continued.get(each.index))) for each in single),
        *counted,
    ]


def _counts(told: Sequence[Correction]) -> dict[int, int]:
    """By the index of a line that is of a deed about many, how many it tells of."""
    lines = {
        (each.bulk_deed_id, each.kind, each.reason): each.index
        for each in told
        if each.bulk_deed_id is not None
    }
    if not lines:
        return {}
    parts = Correction.objects.filter(bulk_deed_id__in={deed for deed, _kind, _reason in lines})
    counted = parts.values_list("bulk_deed_id", "kind", "reason").annotate(Count("pk"))
    return {
        lines[deed, kind, reason]: count
        for deed, kind, reason, count in counted
        if (deed, kind, reason) in lines
    }


def _is_checked(kind: str, reason: str) -> bool:
    return kind == EventKind.REMOVE and reason == Because.CHECKING


def _texts(letter: Letter, hashes: Collection[str]) -> list[Translation]:
    if not hashes:
        return []
    found = Translation.objects.filter(text__letter=letter, sha256__in=hashes)
    return list(found.select_related("text").order_by("text__number"))


def _told_of(correction: Correction, texts: Sequence[Translation]) -> Translation | None:
    """Of the same words published again, the version of that time."""
    found = [each for each in texts if each.sha256 == correction.text_sha256]
    # The record tells no fractions of a second.
    end = correction.at + timedelta(seconds=1)
    then = [each for each in found if each.text.published_at and each.text.published_at < end]
    return next(iter(then[-1:] or found[-1:]), None)


def _continued(letter: Letter, told: Sequence[Correction]) -> dict[int, Continuation]:
    indexes = [each.index for each in told if each.kind == EventKind.CONTINUE]
    if not indexes:
        return {}
    found = Continuation.objects.filter(letter=letter, index__in=indexes)
    return {each.index: each for each in found}


def continued_in_words(continued: Continuation) -> str:
    return _(
        "An older copy of our database had to be put back, and %(lost)s of %(size)s lines of the "
        "record are lost. It goes on in a new log from line %(line)s."
    ) % {
        "lost": in_digits(continued.lost),
        "size": in_digits(continued.size),
        "line": in_digits(continued.index),
    }


def _text_in_words(translation: Translation) -> str:
    """Whether it changed what signatures stand under, and what was wrong, as it was told then."""
    text = translation.text
    told = [
        _("Version %(version)s of the text was published, in %(language)s.")
        % {"version": in_digits(text.number), "language": language_name(translation.language)}
    ]
    if text.corrects:
        told += [
            _("It corrects a slip of version %(version)s, whose signatures stand under it as well.")
            % {"version": in_digits(text.corrects)},
            _("What was wrong:"),
            f"\N{FIRST STRONG ISOLATE}{text.reason}\N{POP DIRECTIONAL ISOLATE}",
        ]
    elif text.number > 1:
        told.append(_("It is a new text, so its count starts at zero."))
    return " ".join(told)


def _in_words(correction: Correction) -> str:
    who = _who(correction)
    match correction.kind:
        case EventKind.WITHDRAW:
            return _("%(who)s was withdrawn by the signer.") % {"who": who}
        case EventKind.ERASE:
            return _("%(who)s was erased at the signer’s wish.") % {"who": who}
        case EventKind.REMOVE if correction.reason == Because.UNCONFIRMED:
            # It had left the list before, to be checked.
            return _("%(who)s stays off the list: %(reason)s.") % {
                "who": who,
                "reason": _reason(correction),
            }
        case EventKind.RESTORE:
            return _("%(who)s was put back by the organizers: %(reason)s.") % {
                "who": who,
                "reason": _reason(correction),
            }
        case _:
            return _("%(who)s was taken out by the organizers: %(reason)s.") % {
                "who": who,
                "reason": _reason(correction),
            }


def _counted_in_words(kind: str, reason: str, count: int) -> str:
    told = {"n": in_digits(count), "reason": _reason_of(reason)}
    match kind:
        case EventKind.WITHDRAW:
            words = ngettext(
                "%(n)s signature was withdrawn by its signer.",
                "%(n)s signatures were withdrawn by their signers.",
                count,
            )
        case EventKind.ERASE:
            words = ngettext(
                "%(n)s signature was erased at the wish of its signer.",
                "%(n)s signatures were erased at the wish of their signers.",
                count,
            )
        case EventKind.REMOVE if reason == Because.UNCONFIRMED:
            words = ngettext(
                "%(n)s signature stays off the list: %(reason)s.",
                "%(n)s signatures stay off the list: %(reason)s.",
                count,
            )
        case EventKind.RESTORE:
            words = ngettext(
                "%(n)s signature was put back by the organizers: %(reason)s.",
                "%(n)s signatures were put back by the organizers: %(reason)s.",
                count,
            )
        case _:
            words = ngettext(
                "%(n)s signature was taken out by the organizers: %(reason)s.",
                "%(n)s signatures were taken out by the organizers: %(reason)s.",
                count,
            )
    return words % told


def _who(correction: Correction) -> str:
    if correction.number is None:
        return _("A signature without a number yet")
    number = in_digits(correction.number)
    if correction.name:
        return _("Signature %(n)s (%(name)s)") % {"n": number, "name": correction.name}
    return _("Signature %(n)s") % {"n": number}


def _reason(correction: Correction) -> str:
    return _reason_of(correction.reason)


def _reason_of(reason: str) -> str:
    known = dict(Because.choices)
    return str(known.get(reason, known[Because.CHECKING]))

"""A claim said back as it was understood, so that nobody takes the answer for that to another."""

from django.utils.translation import gettext, gettext_lazy, ngettext

from campaign.letters.models import Letter
from campaign.templatetags.locale_format import day, moment, number
from signatures.models import Snapshot
from signatures.press.claim_days import Until
from signatures.press.claim_grammar import Comparison, Unit
from signatures.press.claim_words import Question
from signatures.press.claims import Answer

_COMPARED = {
    Comparison.AT_LEAST: gettext_lazy("At least %(count)s"),
    Comparison.MORE: gettext_lazy("More than %(count)s"),
    Comparison.EXACTLY: gettext_lazy("Exactly %(count)s"),
    Comparison.AT_MOST: gettext_lazy("At most %(count)s"),
    Comparison.FEWER: gettext_lazy("Fewer than %(count)s"),
}


def count_in_words(count: int, unit: Unit) -> str:
    words = {
        Unit.SIGNATURES: ngettext("%(n)s signature", "%(n)s signatures", count),
        Unit.PEOPLE: ngettext("%(n)s person", "%(n)s people", count),
        Unit.ORGANISATIONS: ngettext("%(n)s organisation", "%(n)s organisations", count),
    }
    return words[unit] % {"n": number(count)}


def question_in_words(answer: Answer, until: Until | None) -> str:
    asked = _compared(answer.question)
    if answer.is_pinned and answer.checkpoint:
        words = gettext("%(claim)s on %(when)s, with %(lines)s lines in the record?")
        made = answer.checkpoint
        return words % {"claim": asked, "when": moment(made.as_of), "lines": number(made.size)}
    if until is None:
        words = gettext("%(claim)s before the record began?")
        return (words if answer.is_pinned else gettext("%(claim)s now?")) % {"claim": asked}
    if until.minute:
        return gettext("%(claim)s by %(when)s?") % {"claim": asked, "when": moment(until.start)}
    words = gettext("%(claim)s by the end of %(day)s (UTC)?")
    return words % {"claim": asked, "day": day(until.start)}


def example(*, letter: Letter) -> str:
    """A claim about this letter that may be typed: its last milestone, and the day of that."""
    snapshots = Snapshot.objects.filter(letter=letter, milestone__isnull=False)
    last = snapshots.select_related("checkpoint").order_by("-number").first()
    reached = last.milestone if last else None
    when = last.checkpoint.as_of if last else letter.published_at
    claim = _compared(Question(reached or 1))
    return gettext("%(claim)s by %(day)s") % {"claim": claim, "day": day(when)}


def _compared(question: Question) -> str:
    count = count_in_words(question.number, question.unit)
    return _COMPARED[question.comparison] % {"count": count}

"""A claim said back as it was understood, so that nobody takes the answer for that to another."""

from django.utils.translation import get_language, gettext, ngettext, ngettext_lazy, pgettext

from campaign.letters.models import Letter
from campaign.templatetags.locale_format import day, moment, number
from signatures.models import Profession, Snapshot
from signatures.names import countries
from signatures.press.claims.checker import Answer
from signatures.press.claims.dates import Until
from signatures.press.claims.grammar import Comparison, Unit
from signatures.press.claims.parser import Question

# One message for each: in many languages what is compared changes the words that are counted.
_COMPARED = {
    (Comparison.AT_LEAST, Unit.SIGNATURES): ngettext_lazy(
        "At least %(n)s signature", "At least %(n)s signatures", "count"
    ),
    (Comparison.AT_LEAST, Unit.PEOPLE): ngettext_lazy(
        "At least %(n)s person", "At least %(n)s people", "count"
    ),
    (Comparison.AT_LEAST, Unit.ORGANISATIONS): ngettext_lazy(
        "At least %(n)s organisation", "At least %(n)s organisations", "count"
    ),
    (Comparison.MORE, Unit.SIGNATURES): ngettext_lazy(
        "More than %(n)s signature", "More than %(n)s signatures", "count"
    ),
    (Comparison.MORE, Unit.PEOPLE): ngettext_lazy(
        "More than %(n)s person", "More than %(n)s people", "count"
    ),
    (Comparison.MORE, Unit.ORGANISATIONS): ngettext_lazy(
        "More than %(n)s organisation", "More than %(n)s organisations", "count"
    ),
    (Comparison.EXACTLY, Unit.SIGNATURES): ngettext_lazy(
        "Exactly %(n)s signature", "Exactly %(n)s signatures", "count"
    ),
    (Comparison.EXACTLY, Unit.PEOPLE): ngettext_lazy(
        "Exactly %(n)s person", "Exactly %(n)s people", "count"
    ),
    (Comparison.EXACTLY, Unit.ORGANISATIONS): ngettext_lazy(
        "Exactly %(n)s organisation", "Exactly %(n)s organisations", "count"
    ),
    (Comparison.AT_MOST, Unit.SIGNATURES): ngettext_lazy(
        "At most %(n)s signature", "At most %(n)s signatures", "count"
    ),
    (Comparison.AT_MOST, Unit.PEOPLE): ngettext_lazy(
        "At most %(n)s person", "At most %(n)s people", "count"
    ),
    (Comparison.AT_MOST, Unit.ORGANISATIONS): ngettext_lazy(
        "At most %(n)s organisation", "At most %(n)s organisations", "count"
    ),
    (Comparison.FEWER, Unit.SIGNATURES): ngettext_lazy(
        "Fewer than %(n)s signature", "Fewer than %(n)s signatures", "count"
    ),
    (Comparison.FEWER, Unit.PEOPLE): ngettext_lazy(
        "Fewer than %(n)s person", "Fewer than %(n)s people", "count"
    ),
    (Comparison.FEWER, Unit.ORGANISATIONS): ngettext_lazy(
        "Fewer than %(n)s organisation", "Fewer than %(n)s organisations", "count"
    ),
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
    if answer.question.is_narrowed:
        words = gettext("%(claim)s on the public list now (%(chosen)s)?")
        return words % {"claim": asked, "chosen": chosen_in_words(answer.question)}
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


def chosen_in_words(question: Question) -> str:
    """The profession and the country, as the list names them."""
    profession = dict(Profession.choices).get(question.profession)
    country = countries.names(get_language() or "en").get(question.country)
    named = (str(each) for each in (profession, country) if each)
    return pgettext("between two of a list", ", ").join(named)


def example(*, letter: Letter) -> str:
    """A claim about this letter that may be typed: its last milestone, and the day of that."""
    snapshots = Snapshot.objects.filter(letter=letter, milestone__isnull=False)
    last = snapshots.select_related("checkpoint").order_by("-number").first()
    reached = last.milestone if last else None
    when = last.checkpoint.as_of if last else letter.published_at
    claim = _compared(Question(reached or 1))
    return gettext("%(claim)s by %(day)s") % {"claim": claim, "day": day(when)}


def _compared(question: Question) -> str:
    words = _COMPARED[question.comparison, question.unit]
    return str(words % {"count": question.number, "n": number(question.number)})

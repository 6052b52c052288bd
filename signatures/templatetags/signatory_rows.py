"""The rows of the list, written at once: Django's templates for a hundred of them take most of the
time of a page that is asked for thousands of times. What stands in a row is told in `_row`."""

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from campaign.templatetags.locale_format import day, number
from signatures.listing.proof_text import all_in_html
from signatures.listing.queries import ListedSignatory
from signatures.models import Kind, Level, Profession, Signature
from signatures.names import countries
from signatures.press.standing import Standing

register = template.Library()


@register.simple_tag
def roll(signatories: Iterable[ListedSignatory], standing: Standing) -> SafeString:
    """Rows for a table of five columns. Who signed another version than the one that stands is
    marked with it."""
    words = _Words(standing)
    return mark_safe("".join(_row(each, words) for each in signatories))  # noqa: S308 - escaped in _row


@register.simple_tag
def wall(
    signatories: Iterable[ListedSignatory], standing: Standing, *, linked: bool = True
) -> SafeString:
    """Items for a list of names, as on a printed page: name, what and where, known for, proofs."""
    words = _Words(standing, linked=linked)
    return mark_safe("".join(_item(each, words) for each in signatories))  # noqa: S308 - escaped in _item


class _Words:
    """What all rows of a page share, in the language that is active."""

    def __init__(self, standing: Standing, *, linked: bool = True) -> None:
        slug = standing.letter.slug
        self.linked = linked
        self.standing = standing
        self.list = escape(reverse("signatories", args=[slug]))
        self.reports = escape(reverse("report", args=[slug, 0]).removesuffix("0/"))
        self.by_email = escape(gettext("E-mail only"))
        self.report = escape(gettext("Not me?"))
        self.professions = _professions(get_language() or "en")
        self.countries = countries.names(get_language() or "en")
        self.organisation = escape(gettext("Organisation"))
        self.marked = ' class="organisation"'
        self.named = ' class="who-name"'
        self.comma = escape(pgettext("between a profession and a country", ","))

    def what_and_where(self, row: Signature) -> tuple[str, str]:
        """Profession or kind, and country; either may be empty."""
        is_organisation = row.kind == Kind.ORGANISATION
        what = self.organisation if is_organisation else self.professions.get(row.profession, "")
        return what, escape(self.countries.get(row.country, row.country))

    def in_one_line(self, row: Signature) -> str:
        what, country = self.what_and_where(row)
        return f"{what}{self.comma} {country}" if country else what

    def link(self, row: Signature, css: str = "") -> str:
        name = f'<bdi translate="no">{escape(row.name)}</bdi>'
        if not self.linked:
            return name
        return f'<a{css} href="{self.list}{row.number}/">{name}</a>'


@cache
def _professions(_language: str) -> Mapping[str, str]:
    """By their codes, in the language that is active."""
    return {code: escape(str(name)) for code, name in Profession.choices}


def _item(signatory: ListedSignatory, words: _Words) -> str:
    row, proofs = signatory.row, signatory.proofs
    marked = ' class="names-organisation"' if row.kind == Kind.ORGANISATION else ""
    about = f"<small>{words.in_one_line(row)}</small>"
    proved = f"<small>{all_in_html(proofs)}</small>" if proofs else ""
    return f"<li{marked}>{words.link(row)}{about}{_known_for(row)}{proved}</li>\n"


def _row(signatory: ListedSignatory, words: _Words) -> str:
    row = signatory.row
    what, country = words.what_and_where(row)
    when = day(row.confirmed_at)
    about = "".join(f"<small>{each}</small> " for each in _told(signatory, words))
    # Blank space between the cells, for whoever copies them.
    return (
        f"<tr{words.marked if row.kind == Kind.ORGANISATION else ''}>\n"
        f"<td>{words.link(row, words.named)} {_known_for(row)}"
        f'<small class="narrow">{words.in_one_line(row)} · {when}</small> {about}</td>\n'
        f'<td class="wide">{what}</td>\n<td class="wide">{country}</td>\n'
        f'<td class="wide date">{when}</td>\n'
        f'<td class="number">{number(row.number)}<br>'
        f'<a class="report" href="{words.reports}{row.number}/" rel="nofollow" '
        f'aria-label="{words.report}: {escape(row.name)}">{words.report}</a></td>\n</tr>\n'
    )


def _known_for(row: Signature) -> str:
    told = " · ".join(
        f'<bdi translate="no">{escape(each)}</bdi>'
        for each in (row.credit, row.affiliation)
        if each
    )
    return f"<small>{told}</small> " if told else ""


def _told(signatory: ListedSignatory, words: _Words) -> Iterable[str]:
    row, proofs = signatory.row, signatory.proofs
    if not words.standing.is_of(row.version):
        yield escape(gettext("Signed version %(version)s") % {"version": number(row.version)})
    if row.level == Level.CONFIRMED:
        yield words.by_email
    else:
        yield all_in_html(proofs) if proofs else escape(str(Level(row.level).label))
    if authority := signatory.authority:
        yield render_to_string("signatures/_authority.html", {"authority": authority})

"""Every mail of the site in each language, to look at: as HTML, light and dark, and as text.

Made of rows that are rolled back, once for each language in a process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaign import languages, process_cache
from campaign.pages import PageContext, render_page
from demo.every_mail import every_mail, html_of, text_of
from demo.mailbox import framed

# What the style sheet asks for, and what it reads where that is so and where it is not.
_ASKS_FOR_DARK = "@media (prefers-color-scheme: dark)"
_SCHEMES = {"light": "@media not all", "dark": "@media all"}


@dataclass(frozen=True, slots=True)
class ShownMail:
    """`key` names it in an address; `name` is that of its templates."""

    key: str
    name: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail, by language."""

    name: str
    mails: Sequence[tuple[str, ShownMail]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryContext(PageContext):
    spoken: Sequence[str]
    rows: Sequence[MailRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryMailContext(PageContext):
    mail: ShownMail
    mail_language: str
    spoken: Sequence[str]
    schemes: Sequence[str]


@require_safe
@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    made = {language: mails_in(language) for language in languages.INTERFACE}
    first, *_others = made.values()
    rows = [
        MailRow(mail.name, [(language, mails[key]) for language, mails in made.items()])
        for key, mail in first.items()
    ]
    context = GalleryContext(spoken=list(made), rows=rows)
    return render_page(request, "demo/gallery.html", context)


@require_safe
@never_cache
def mail(request: HttpRequest, language: str, key: str) -> HttpResponse:
    context = GalleryMailContext(
        mail=_find(language, key),
        mail_language=language,
        spoken=languages.INTERFACE,
        schemes=list(_SCHEMES),
    )
    return render_page(request, "demo/gallery_mail.html", context)


@require_safe
@never_cache
def mail_html(_request: HttpRequest, language: str, key: str, scheme: str) -> HttpResponse:
    """Its HTML as a mailbox shows it that is light, or dark."""
    html = _find(language, key).html
    if scheme not in _SCHEMES:
        raise Http404
    html = html.replace(_ASKS_FOR_DARK, _SCHEMES[scheme])
    return framed(html.replace("color-scheme: light dark", f"color-scheme: {scheme}"))


@cache
def mails_in(language: str) -> Mapping[str, ShownMail]:
    """By key, in the order of their names."""
    with transaction.atomic():
        made = every_mail(language)
        transaction.set_rollback(True)
    # Rows that there will be may get the keys of those that were here.
    process_cache.forget_all()
    return {
        name.replace("/", "."): ShownMail(
            name.replace("/", "."),
            name,
            str(made[name].subject),
            text_of(made[name]),
            html_of(made[name]),
        )
        for name in sorted(made)
    }


def _find(language: str, key: str) -> ShownMail:
    found = mails_in(language).get(key) if language in languages.INTERFACE else None
    if found is None:
        raise Http404
    return found

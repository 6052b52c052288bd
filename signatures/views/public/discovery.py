"""What programs look for at the same address everywhere: robots.txt, sitemap, security.txt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign import languages
from campaign.letters.models import Letter, Text, Update
from campaign.letters.texts import current_texts
from campaign.pages import PageContext, render_page
from campaign.shared_pages import shared_page
from signatures.press import public_updates
from signatures.press.handover import noting

# A sitemap may name 50,000 pages, or files (sitemaps.org). A letter may have five, and its updates
# with their list, in thirty languages each.
LETTERS_A_FILE = 60
MAX_FILES = 50_000
# The others are found from their list.
UPDATES_A_LETTER = 20
# RFC 9116 asks for less than a year, so that nobody trusts a file that was forgotten.
SECURITY_TXT_DAYS = 180
# Nobody's own page, and nothing for organizers, belongs into an index.
_KEPT_OUT = (
    *("s/", "r/", "i/", "desk/", "accounts/"),
    *("letters/*/inbox/", "letters/*/sign/", "letters/*/report/"),
)
_PAGES = ("home", "about", "numbers", "how_we_verify", "verify", "site_record", "api_page")
_PAGES_OF_LETTER = ("letter", "press", "signatories", "snapshots")


@require_safe
@shared_page
def robots(_request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/"]
    for language in languages.NAMES:
        lines += [f"Disallow: {_in(language, f'/{path}')}" for path in _KEPT_OUT]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@shared_page
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Whom to tell of a security hole (RFC 9116). Not there without a contact that it allows."""
    contact = settings.OPERATOR_CONTACT
    if not contact or contact.startswith("http://"):
        raise Http404
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact if '://' in contact else f'mailto:{contact}'}",
        f"Expires: {today + timedelta(days=SECURITY_TXT_DAYS):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages.INTERFACE)}",
    ]
    if settings.SITE_URL.startswith("https://"):
        lines.append(f"Canonical: {settings.SITE_URL}{reverse('security_txt')}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapContext(PageContext):
    pages: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapIndexContext(PageContext):
    addresses: Sequence[str]


@require_safe
@shared_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Everything in one file, or where there is too much for one, the names of the files."""
    public = Letter.objects.public().count()
    if public <= LETTERS_A_FILE:
        return _answer(request, "sitemap", SitemapContext(pages=[*_own_pages(), *_letters(1)]))
    files = range(1, -(-public // LETTERS_A_FILE) + 1)
    addresses = [f"{settings.SITE_URL}{reverse('sitemap_file', args=[each])}" for each in files]
    return _answer(request, "sitemap_index", SitemapIndexContext(addresses=addresses))


@require_safe
@shared_page
def sitemap_file(request: HttpRequest, number: int) -> HttpResponse:
    """A part, by the order in which letters were begun, so that a letter stays in its file."""
    pages = _letters(number) if 0 < number <= MAX_FILES else []
    if not pages:
        raise Http404
    return _answer(
        request, "sitemap", SitemapContext(pages=[*(_own_pages() if number == 1 else ()), *pages])
    )


def _answer(request: HttpRequest, template: str, context: PageContext) -> HttpResponse:
    content_type = "application/xml; charset=utf-8"
    return render_page(
        request, f"signatures/public/{template}.xml", context, content_type=content_type
    )


def _own_pages() -> list[dict[str, Any]]:
    return [_page(reverse(name), languages.INTERFACE, None) for name in _PAGES]


def _letters(file: int) -> list[dict[str, Any]]:
    public = Letter.objects.public().order_by("pk")
    letters = list(public[(file - 1) * LETTERS_A_FILE : file * LETTERS_A_FILE])
    texts = current_texts(letters=letters)
    news = public_updates.latest(letters=letters, most=UPDATES_A_LETTER)
    delivered = noting.delivered(letters=letters)
    return [
        page
        for letter in letters
        if (text := texts.get(letter.pk))
        for page in _pages_of(letter, text, news[letter.pk], delivered.get(letter.pk))
    ]


def _pages_of(
    letter: Letter, text: Text, news: Sequence[Update], delivered: datetime | None
) -> Iterator[dict[str, Any]]:
    spoken = [each.language for each in text.translations.all()]
    for name in _PAGES_OF_LETTER:
        # The others change with every signature.
        changed = (letter.closed_at or text.published_at) if name == "letter" else None
        yield _page(reverse(name, args=[letter.slug]), spoken, changed)
    if delivered:
        yield _page(reverse("delivery", args=[letter.slug]), spoken, delivered)
    if news:
        yield _page(reverse("updates", args=[letter.slug]), spoken, news[0].started_at)
    for each in news:
        path = reverse("update", args=[letter.slug, each.number])
        yield _page(path, spoken, each.started_at)


def _page(path: str, codes: Any, changed: Any) -> dict[str, Any]:
    alternates = [(code, f"{settings.SITE_URL}{_in(code, path)}") for code in codes]
    return {"alternates": alternates, "changed": changed}


def _in(language: str, path: str) -> str:
    """The path in a language, as i18n_patterns writes it; quicker for thousands."""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"

"""Reading in the browser what the demo has sent: the .eml files, newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypedDict

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaign.pages import PageContext, render_page

SHOWN = 50
_NAME = re.compile(r"[0-9T]+-[0-9a-f]{8}", re.ASCII)


class SentMessage(TypedDict):
    name: str
    message: EmailMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxContext(PageContext):
    messages_sent: Sequence[SentMessage]
    more: bool


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    paths = sorted(settings.MAIL_FILES_DIR.glob("*.eml"), reverse=True)
    messages: list[SentMessage] = [
        {"name": path.stem, "message": _read(path)} for path in paths[:SHOWN]
    ]
    context = MailboxContext(messages_sent=messages, more=len(paths) > SHOWN)
    return render_page(request, "demo/mailbox.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext(PageContext):
    name: str
    message: EmailMessage
    text: str
    headers: Sequence[tuple[str, str]]


@require_safe
@never_cache
def message(request: HttpRequest, name: str) -> HttpResponse:
    found = _read(_path(name))
    plain = found.get_body(("plain",))
    context = MessageContext(
        name=name,
        message=found,
        text=plain.get_content() if plain else "",
        headers=[(key, str(value)) for key, value in found.items()],
    )
    return render_page(request, "demo/message.html", context)


@require_safe
@never_cache
def message_html(_request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a page of its own: shown in a frame that may run nothing."""
    part = _read(_path(name)).get_body(("html",))
    if part is None:
        raise Http404
    return framed(part.get_content())


def framed(html: str) -> HttpResponse:
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation allow-popups"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _path(name: str) -> Path:
    path: Path = settings.MAIL_FILES_DIR / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)

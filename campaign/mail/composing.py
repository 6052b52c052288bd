"""What a mail is made of: three templates, in the language that is active.

Every mail of the site is composed here, so that all of them arrive as they were sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.charset import QP, Charset
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.encoding import punycode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import languages
from campaign.mail import return_tokens

# Seven bits on the way: a relay that has to convert eight would break a DKIM signature
# (RFC 6376 section 5.3).
_SEVEN_BITS = Charset("utf-8")
_SEVEN_BITS.body_encoding = QP


# What a mail program posts to leave, and a mail has to name (RFC 8058).
ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says, apart from whom it is sent to."""

    language: str
    subject: str
    text: str
    html: str


def compose(
    *,
    template: str,
    context: Mapping[str, Any],
    why: str,
    to: str,
    message_id: str,
    reply_to: str = "",
) -> EmailMultiAlternatives:
    """A mail that is sent right away; see `render` and `address`."""
    content = render(template=template, context=context, why=why)
    return address(content=content, to=to, message_id=message_id, reply_to=reply_to)


def render(*, template: str, context: Mapping[str, Any], why: str) -> Content:
    """From `…_subject.txt`, `….txt` and `….html`; without the last, its text is made HTML.

    allauth calls the text `…_message.txt`. `why` says in a sentence why one gets this mail: its
    foot tells it, with who sends it and the letter's checkpoint, if the context has one.
    """
    language = languages.interface_for(get_language() or "en")
    common = {
        **context,
        "why": why,
        "interface_language": language,
        "dir": languages.direction(language),
        "site_url": settings.SITE_URL,
        "site_host": settings.SITE_HOST,
    }
    subject_context = common | _unnamed(context.get("letter"))
    subject = " ".join(render_to_string(f"{template}_subject.txt", subject_context).split())
    rendered = render_to_string([f"{template}.txt", f"{template}_message.txt"], common)
    # What a condition left out leaves lines behind.
    text = re.sub(r"\n{3,}", "\n\n", rendered.strip())
    html = render_to_string(
        [f"{template}.html", "campaign/mail/plain.html"],
        common | {"subject": subject, "text": text},
    )
    foot = render_to_string("campaign/mail/_foot.txt", common).strip()
    return Content(language=language, subject=subject, text=f"{text}\n\n{foot}\n", html=html)


def _unnamed(letter: Any) -> dict[str, Any]:
    """Subjects are read on locked screens and by servers on the way: that of a mail about a letter
    under embargo does not name it."""
    if not getattr(letter, "is_under_embargo", False):
        return {}
    title = _("a letter under embargo")
    return {"title": title, "translation": {"title": title}, "new_title": ""}


def address(
    *, content: Content, to: str, message_id: str, reply_to: str = ""
) -> EmailMultiAlternatives:
    """The message to one address. The same `message_id` names the same mail, so that a mailbox can
    tell a repeat; what stands behind its @ is the sender's domain. Where BOUNCE_ADDRESS is set, the
    envelope has a sender of its own for each row (`return_tokens`)."""
    envelope = return_tokens.envelope_sender(message_id)
    message = EmailMultiAlternatives(
        # Typed, the beginning of an encoded word would be sent as it is, and read as what it codes
        # (RFC 2047). The joiner has no width, and has the whole subject encoded.
        subject=content.subject.replace("=?", "=\N{WORD JOINER}?"),
        body=content.text,
        from_email=envelope or settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{sender_domain()}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": content.language,
            **({"From": settings.DEFAULT_FROM_EMAIL} if envelope else {}),
            **return_tokens.headers(message_id),
        },
        reply_to=[reply_to] if reply_to else None,
    )
    message.encoding = _SEVEN_BITS
    message.attach_alternative(content.html, "text/html")
    return message


def list_headers(*, leave_link: str, list_id: str) -> dict[str, str]:
    """By which mail programs offer to leave with one click (RFC 8058); `list_id` as in RFC 2919."""
    return {
        "List-Unsubscribe": f"<{leave_link}>",
        "List-Unsubscribe-Post": ONE_CLICK,
        "List-Id": f"<{list_id}.{settings.SITE_HOST}>",
    }


def sender_domain() -> str:
    """In ASCII, as it stands behind From, too."""
    return punycode(settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">"))

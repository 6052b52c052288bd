"""Looking whether mail of the site is believed (`campaign.mail.doctor`), with a mail as updates are
written."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from campaign.mail.composing import Content, list_headers
from campaign.mail.doctor import results, setup
from campaign.mail.doctor.examining import examine
from campaign.mail.doctor.findings import Finding
from campaign.mail.splicing import Prebuilt, Spliced
from signatures.notifications import leaving

# Leads to a page that says that there is nothing to leave.
_NOBODYS_TOKEN = "x" * leaving.TOKEN_LENGTH


def sample_mail(*, to: str) -> Prebuilt:
    """With the headers of an update, so that its signature covers them or not as theirs does."""
    said = _(
        "This is a test. Save this mail with all its headers as a file, and let "
        "“manage.py mail_doctor --read” read it."
    )
    content = Content(
        language="en",
        subject=_("Test of mail from %(host)s") % {"host": settings.SITE_HOST},
        text=f"{said}\n",
        html=format_html("<p>{}</p>\n", said),
    )
    leave = settings.SITE_URL + reverse("leave", args=[_NOBODYS_TOKEN])
    spliced = Spliced(
        content=content, headers=list_headers(leave_link=leave, list_id="test.letters")
    )
    return spliced.to(to, message_id=f"mail-test.{uuid4().hex}", words={})


def find() -> list[Finding]:
    sample = sample_mail(to=settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">"))
    return examine(setup.from_settings(), sample=sample.wire_bytes())


def check(*, now: datetime) -> None:
    """Look, and keep what is found: nothing where mail is written into files."""
    results.keep(find() if setup.sends_mail() else [], now=now)

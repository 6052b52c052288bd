"""E-mails as files: one .eml for each message in DATA_DIR/mail, newest last by name."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAIL_FILES_DIR.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = timezone.now().strftime("%Y%m%dT%H%M%S%f")
            path = settings.MAIL_FILES_DIR / f"{stamp}-{secrets.token_hex(4)}.eml"
            # Written whole before it gets its name, so that a reader never sees half a message.
            draft = path.with_suffix(".part")
            draft.write_bytes(message.message().as_bytes())
            draft.rename(path)
        return len(email_messages)

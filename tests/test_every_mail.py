"""What holds for every mail of the site, whoever gets it and whichever code sends it."""

import pytest

from campaign import languages
from tests.every_mail import every_mail, names

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_every_mail_arrives_as_it_was_sent(language: str) -> None:
    mails = every_mail(language)
    assert set(mails) == names()
    faults = {}
    for name, message in mails.items():
        raw = message.message().as_bytes()
        headers = message.message()
        found = {
            # A relay that has to convert would break a DKIM signature (RFC 6376 section 5.3).
            "seven bits": raw.isascii(),
            # RFC 5322 section 2.1.1.
            "short lines": max(map(len, raw.split(b"\n"))) <= 998,
            "of our domain": str(headers["Message-ID"]).endswith("@127.0.0.1>"),
            "automatic": headers["Auto-Submitted"] == "auto-generated",
            "language": headers["Content-Language"] == language,
            "text and HTML": [part.get_content_type() for part in headers.walk()]
            == ["multipart/alternative", "text/plain", "text/html"],
        }
        faults[name] = [each for each, holds in found.items() if not holds]
    assert {name: found for name, found in faults.items() if found} == {}
    ids = [message.extra_headers["Message-ID"] for message in mails.values()]
    assert len(set(ids)) == len(ids)

"""Every mail can be looked at in the demo, and looking leaves nothing behind."""

import pytest
from django.test import Client

from campaign import languages
from campaign.letters.models import Letter
from campaign.organizers.models import AccountMail, Organizer
from demo import gallery
from demo.every_mail import names
from signatures.models import Signature

pytestmark = pytest.mark.django_db


def test_every_mail_is_shown_light_and_dark_in_each_language() -> None:
    client = Client()
    page = client.get("/demo/mails/").text
    assert [model.objects.count() for model in (Letter, Signature, Organizer, AccountMail)] == [
        0
    ] * 4
    for language in languages.INTERFACE:
        mails = gallery.mails_in(language)
        assert {mail.name for mail in mails.values()} == names()
        for key, mail in mails.items():
            path = f"/demo/mails/{language}/{key}/"
            assert (path in page, client.get(path).status_code) == (True, 200)
            light, dark = (client.get(f"{path}{scheme}/") for scheme in ("light", "dark"))
            assert f'dir="{languages.direction(language)}"' in light.text
            assert ("@media not all" in light.text, "@media all" in dark.text) == (True, True)
            assert "prefers-color-scheme" not in light.text + dark.text
            assert "script-src" not in dark["Content-Security-Policy"]
            assert "<script" not in light.text
            assert mail.text.strip()


@pytest.mark.parametrize(
    "path",
    ["xx/signatures.email.update/", "en/nothing/", "en/signatures.email.update/sepia/", "en/%00/"],
)
def test_what_is_no_mail_is_not_found(path: str) -> None:
    assert Client().get(f"/demo/mails/{path}").status_code == 404

"""The desk: whoever is not logged in is led to log in, and nobody keeps its pages."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.signatures.factories import open_letter
from tests.signatures.views.regimes import addresses_in, directives, filled

PACKAGES = ("signatures.views.desk", "campaign.letters.views")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_address_is_of_the_desk(package: str) -> None:
    found = addresses_in(package)
    assert found
    assert [path for _name, path in found if not path.startswith("desk/")] == []


@pytest.mark.django_db
@pytest.mark.parametrize("package", PACKAGES)
def test_whoever_is_not_logged_in_is_led_to_log_in(client: Client, package: str) -> None:
    values = {
        **{
            "slug": open_letter().slug,
            "language": "en",
            "public_id": "nobody",
            "tag": "newsletter",
            "name": "hours",
        },
        **dict.fromkeys(
            (
                "quote_id",
                "invitation_id",
                "question_id",
                "roster_id",
                "picture_id",
                "package_id",
                "webhook_id",
                "delivery_id",
                "reporter_id",
                "number",
                "deed_id",
                "comment_id",
                "import_id",
                "organisation_id",
            ),
            1,
        ),
    }
    for _name, path in addresses_in(package):
        url = filled(path, values)
        answers = [client.get(url), client.post(url)]
        for response in answers:
            assert (url, "no-store" in directives(response)) == (url, True)
        led = [each["Location"] for each in answers if each.status_code == 302]
        back = {quote(url), quote(reverse("desk"))}
        expected = {f"{reverse('account_login')}?next={each}" for each in back}
        assert (url, bool(led), set(led) <= expected) == (url, True, True)

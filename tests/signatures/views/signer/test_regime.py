"""A signer's pages: a secret in the address, so nobody keeps them, and no search finds them."""

import pytest
from django.test import Client

from signatures import links
from signatures.notifications import leaving
from tests.signatures.factories import BRIGID, listed, open_letter
from tests.signatures.views.regimes import addresses_in, directives, filled

SECRETS = ("<str:token>", "<str:ticket>")
# Where the form is sent, and where services send people back to.
WITHOUT_SECRET = {
    *("sign", "dummy_authenticate", "account_no_login", "openid_connect_callback"),
    "",
}


def test_the_address_holds_a_secret() -> None:
    without = {
        name
        for name, path in addresses_in("signatures.views.signer")
        if not any(secret in path for secret in SECRETS)
    }
    assert {name for name in without if not name.endswith("_callback")} <= WITHOUT_SECRET


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["nonsense", "link", "leaving"])
def test_nobody_keeps_what_is_behind_the_secret(client: Client, kind: str) -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    tokens = {
        "nonsense": "nonsense",
        "link": links.token_for(signature=signature),
        "leaving": leaving.token_for(leaving.subscriber(signature=signature)),
    }
    values = {
        **dict.fromkeys(("token", "ticket", "code"), tokens[kind]),
        **dict.fromkeys(("proof_id", "evidence_id", "vouch_id"), 1),
        **{"slug": letter.slug, "method": "website", "provider_id": "nobody"},
    }
    for _name, path in addresses_in("signatures.views.signer"):
        url = filled(path, values)
        for response in (client.get(url), client.post(url)):
            assert (url, "no-store" in directives(response)) == (url, True)
            if response.status_code < 300 or response.status_code >= 409:
                told = (url, "private" in directives(response), response.get("X-Robots-Tag"))
                assert told == (url, True, "noindex")

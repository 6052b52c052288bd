"""What an address answers to a method that it does not take, over all addresses of the site."""

from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.regex_helper import normalize

from campaign.letters.models import Letter
from signatures import tickets
from tests.signatures.factories import BRIGID, WIKTOR, confirmed, open_letter, sign
from tests.signatures.views.signer.test_proofs import proven
from tests.signatures.views.visitors import link_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def addresses(
    found: Iterable[URLPattern | URLResolver] | None = None, before: str = "/"
) -> Iterator[str]:
    """Each address of the site with something in the place of what varies."""
    for each in get_resolver().url_patterns if found is None else found:
        [(path, variables), *_others] = normalize(each.pattern.regex.pattern)
        path = before + path % dict.fromkeys(variables, "1")
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, path)
        else:
            yield path


def test_no_address_answers_a_get_with_an_empty_page(client: Client, letter: Letter) -> None:
    for address in set(addresses()):
        response = client.get(address.replace("//", "/"))
        assert response.status_code != 405, address


def test_no_address_refuses_a_method_without_a_word(client: Client) -> None:
    for address in set(addresses()):
        for method in ("DELETE", "PUT", "PROPFIND"):
            response = client.generic(method, address.replace("//", "/"))
            if response.status_code == 405:
                assert response.content, (method, address)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_what_answers_a_post_leads_back_to_its_page(
    client: Client, letter: Letter, language: str
) -> None:
    signed = sign(letter)
    ticket = tickets.seal(tickets.Ticket(signed, letter.pk, BRIGID.email, BRIGID.details))
    home = f"{language}/letters/{letter.slug}/"
    signature = confirmed(letter, WIKTOR)
    proof = proven(signature, "website", "wiktor.example")
    own = f"{language}{link_url(signature)}"
    for address, page in {
        f"{home}sign/": home,
        f"{home}inbox/{ticket}/resend/": f"{home}inbox/{ticket}/",
        f"{home}inbox/{ticket}/correct/": f"{home}inbox/{ticket}/",
        f"{own}resend/": own,
        f"{own}proofs/{proof.pk}/check/": f"{own}proofs/{proof.pk}/",
        f"{own}proofs/{proof.pk}/code/": f"{own}proofs/{proof.pk}/",
        f"{own}proofs/{proof.pk}/revoke/": f"{own}proofs/{proof.pk}/",
        f"{own}evidence/7/delete/": f"{own}evidence/",
        f"{own}vouches/7/end/": own,
    }.items():
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (303, page)
        assert response["Cache-Control"] == "no-store"
        assert client.get(address, follow=True).status_code == 200


def test_a_method_that_nothing_takes_is_told_in_the_language_of_the_path(
    client: Client, letter: Letter
) -> None:
    response = client.delete(f"/ar/letters/{letter.slug}/")
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    with translation.override("ar"):
        assert translation.gettext("This cannot be done here") in response.content.decode()

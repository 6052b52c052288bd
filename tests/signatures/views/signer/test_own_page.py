"""Behind the link in each e-mail: the button that confirms, later the signer's own page."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.apps import apps
from django.core import serializers
from django.db.models import F
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures import links
from signatures.denial import denials
from signatures.forms.signer.signing import EditForm
from signatures.models import Delivery, Proof, Signature, SignatureState
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    Person,
    close,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    sequence,
    sign,
    translation_of,
)
from tests.signatures.verification.vouching.people import vetted
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url, typed

CHANGED = (
    "The details were changed since you opened this page. Please look once more, then answer. One "
    "address has one signature: the last person who signs with it, before it is confirmed, "
    "replaces what was there."
)
UNANSWERED = "Please choose one of the two. Nothing has been changed."

pytestmark = pytest.mark.django_db

STALE = "This was changed elsewhere meanwhile. Please look once more, then save again."


@pytest.fixture
def letter() -> Letter:
    return open_letter()


UNANSWERED_FORM = {"answer": "", "consent_publish": "on", "seen": "1"}


def text_of(letter: Letter) -> str:
    """As the page names the text that will be signed."""
    return str(translation_of(letter).pk)


def everything() -> str:
    """All rows of all our tables, to see that nothing changed."""
    models = [
        model
        for label in ("letters", "signatures", "organizers")
        for model in apps.get_app_config(label).get_models()
    ]
    return "\n".join(
        serializers.serialize("json", model._default_manager.order_by("pk")) for model in models
    )


def edits(signature: Signature, **changes: object) -> dict[str, object]:
    """What the form on the own page sends."""
    return typed(BRIGID, **{"seen": signature.revision, "email": None} | changes)


def events() -> list[str]:
    told = (EventKind.SIGN, EventKind.EDIT, EventKind.WITHDRAW)
    return [each.kind for each in Event.objects.filter(kind__in=told).order_by("pk")]


# --- confirming ---------------------------------------------------------------------------------


def test_the_link_shows_the_name_as_it_will_appear_and_one_button(
    client: Client, letter: Letter
) -> None:
    response = client.get(link_url(pending(letter)))
    page = Page(response)
    assert response.status_code == 200
    assert page.headings == ["Is this your signature?", translation_of(letter).title]
    assert page.values == UNANSWERED_FORM | {"text": text_of(letter)}
    assert [tag for tag, named in page.attributes if tag == "bdi" or named.get("type") == "submit"]
    assert "Brigid O’Malloran" in page.text
    assert "Author, Ireland" in page.text
    assert "The Salt Ledger" in page.text


def test_who_signs_anonymously_is_told_so_before_confirming(client: Client, letter: Letter) -> None:
    text = Page(client.get(link_url(pending(letter, QUIET)))).text
    assert "Count me without my name." in text
    assert Page(client.get(link_url(pending(letter, QUIET)))).values["consent_publish"] == "off"


def test_the_button_confirms_and_leads_to_the_thanks_page(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    response = client.post(link_url(signature), {"answer": "sign", "seen": 1})
    assert (response.status_code, response["Location"]) == (303, link_url(signature, "thanks/"))
    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert events() == ["sign"]


def test_pressing_it_twice_or_going_back_counts_once(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    for _press in range(3):
        response = client.post(link_url(signature), {"answer": "sign", "seen": 1})
        assert (response.status_code, response["Location"]) == (303, link_url(signature, "thanks/"))
    assert Page(client.get(link_url(signature))).headings[0] == "Your signature"
    assert events() == ["sign"]


@pytest.mark.parametrize("seen", ["", "2", "0", "-1", "x", "١", "1\x00", "9" * 400, "1.0", "１"])
def test_only_what_was_shown_is_confirmed(client: Client, letter: Letter, seen: str) -> None:
    signature = pending(letter)
    response = client.post(link_url(signature), {"answer": "sign", "seen": seen})
    page = Page(response)
    assert response.status_code == 409
    assert page.alerts == [CHANGED]
    assert page.values == UNANSWERED_FORM | {"text": text_of(letter)}
    assert load(signature.pk).state == SignatureState.PENDING


def test_what_was_changed_in_another_tab_is_shown_before_it_is_confirmed(
    client: Client, letter: Letter
) -> None:
    signature = pending(letter)
    sign(letter, BRIGID.but(name="Bríd O’Malloran"))
    response = client.post(link_url(signature), {"answer": "sign", "seen": 1})
    page = Page(response)
    assert response.status_code == 409
    assert page.values == UNANSWERED_FORM | {"seen": "2", "text": text_of(letter)}
    assert "Bríd O’Malloran" in page.text
    assert client.post(link_url(signature), {"answer": "sign", "seen": 2}).status_code == 303
    assert load(signature.pk).name == "Bríd O’Malloran"


def test_a_link_runs_out_after_a_week_and_can_be_sent_anew(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    Delivery.objects.update(state="sent")
    before = everything()
    with time_machine.travel(timezone.now() + links.TIME_TO_CONFIRM, tick=True):
        for response in (
            client.get(link_url(signature)),
            client.post(link_url(signature), {"answer": "sign", "seen": 1}),
        ):
            assert response.status_code == 410
            page = Page(response)
            assert page.headings == ["This link has expired"]
            assert "We can send a fresh one to the same address." in page.text
        assert everything() == before
        response = client.post(link_url(signature, "resend/"))
        assert response.status_code == 200
        assert Page(response).headings == ["We send a fresh link"]
        assert Delivery.objects.filter(state="owed").count() == 1
        assert client.get(link_url(signature)).status_code == 200
        assert client.post(link_url(signature), {"answer": "sign", "seen": 1}).status_code == 303


def test_a_link_that_ran_out_on_a_closed_letter_is_not_sent_anew(
    client: Client, letter: Letter
) -> None:
    signature = pending(letter)
    close(letter)
    with time_machine.travel(timezone.now() + links.TIME_TO_CONFIRM, tick=True):
        response = client.get(link_url(signature))
    assert response.status_code == 410
    assert "We can send a fresh one" not in Page(response).text


def test_a_letter_that_closed_meanwhile_says_so(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    close(letter)
    for response in (
        client.get(link_url(signature)),
        client.post(link_url(signature), {"answer": "sign", "seen": 1}),
    ):
        page = Page(response)
        assert (response.status_code, page.headings) == (409, ["Signing is closed"])
        assert "before your signature was confirmed" in page.text
    assert events() == []


def test_a_letter_closed_by_its_time_alone_says_so(client: Client) -> None:
    letter = open_letter(closes_at=timezone.now() + timedelta(hours=1))
    signature = pending(letter)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert client.get(link_url(signature)).status_code == 409
        assert client.post(link_url(signature), {"answer": "sign", "seen": 1}).status_code == 409
    assert load(signature.pk).state == SignatureState.PENDING


# --- the answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [None, "", "yes", "SIGN", "sign\x00", "deny "])
def test_a_form_sent_as_it_stands_changes_nothing_and_says_so(
    client: Client, letter: Letter, answer: str | None
) -> None:
    signature = pending(letter)
    before = everything()
    data = {"seen": 1, "consent_publish": "on"} | ({} if answer is None else {"answer": answer})
    response = client.post(link_url(signature), data)
    page = Page(response)
    assert response.status_code == 422
    assert page.error("answer") == UNANSWERED
    assert "#id_answer" in page.links
    assert page.values == UNANSWERED_FORM | {"text": text_of(letter)}
    assert everything() == before


def test_nothing_is_answered_beforehand(client: Client, letter: Letter) -> None:
    page = Page(client.get(link_url(pending(letter))))
    assert page.values == UNANSWERED_FORM | {"text": text_of(letter)}


@pytest.mark.parametrize(("who", "chosen"), [(BRIGID, False), (QUIET, True)])
def test_whether_one_is_named_can_be_changed_while_answering(
    client: Client, letter: Letter, who: Person, chosen: bool
) -> None:
    signature = pending(letter, who)
    named = "on" if chosen else "off"
    data = {"answer": "sign", "seen": 1, "consent_publish": named}
    assert client.post(link_url(signature), data).status_code == 303
    stands = load(signature.pk)
    assert (stands.state, stands.consent_publish) == (SignatureState.CONFIRMED, chosen)
    assert stands.revision == 2
    sequence(letter)
    count = client.get(letter_url(letter, "count")).json()
    assert (count["total"], count["anonymous"]) == (1, 0 if chosen else 1)


def test_an_organisation_is_named_whatever_is_sent(client: Client, letter: Letter) -> None:
    signature = pending(letter, GUILD)
    page = Page(client.get(link_url(signature)))
    assert "consent_publish" not in page.values
    assert "Organisations are always named on the public list." in page.text
    data = {"answer": "sign", "seen": 1, "consent_publish": "off"}
    assert client.post(link_url(signature), data).status_code == 303
    assert load(signature.pk).consent_publish is True


def test_who_did_not_sign_has_it_deleted_and_hears_no_more(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    response = client.post(link_url(signature), {"answer": "deny"})
    assert response.status_code == 303
    page = Page(client.get(response["Location"]))
    assert page.headings[0] == "Noted: you did not sign"
    assert not Signature.objects.exists()
    assert not Delivery.objects.exists()
    assert denials(letter_id=letter.pk) == 1
    assert client.get(link_url(signature)).status_code == 404


def test_denying_what_was_confirmed_meanwhile_leads_to_the_own_page(
    client: Client, letter: Letter
) -> None:
    signature = confirmed(letter)
    response = client.post(link_url(signature), {"answer": "deny"})
    assert (response.status_code, response["Location"]) == (303, f"{link_url(signature)}?denied")
    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert denials(letter_id=letter.pk) == 0
    told = "confirmed before your answer came, so it still stands"
    assert [
        told in client.get(url).text for url in (response["Location"], link_url(signature))
    ] == [
        True,
        False,
    ]


def test_one_tap_on_the_thanks_page_changes_whether_one_is_named(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    thanks = link_url(signature, "thanks/")
    assert "Your name is shown on the public list." in Page(client.get(thanks)).text
    shown = {"off": "You are counted without your name", "on": "Your name is shown"}
    for named, words in shown.items():
        revision = load(signature.pk).revision
        data = {"consent_publish": named, "seen": revision}
        response = client.post(link_url(signature, "naming/"), data)
        assert (response.status_code, response["Location"]) == (303, thanks)
        assert words in Page(client.get(thanks)).text
        assert load(signature.pk).consent_publish is (named == "on")


@pytest.mark.parametrize("data", [{}, {"seen": 1}, {"consent_publish": "off", "seen": 7}])
def test_naming_changes_nothing_without_a_choice_or_for_another_version(
    client: Client, letter: Letter, data: dict[str, Any]
) -> None:
    signature = confirmed(letter)
    client.post(link_url(signature, "naming/"), data)
    client.get(link_url(signature, "naming/"), {"consent_publish": "off", "seen": "1"})
    assert (load(signature.pk).consent_publish, load(signature.pk).revision) == (True, 1)


def test_the_page_says_until_when_it_can_be_answered(client: Client) -> None:
    letter = open_letter(closes_at=datetime(2999, 3, 1, 9, 30, tzinfo=UTC))
    with time_machine.travel(datetime(2999, 3, 1, 9, 28, tzinfo=UTC), tick=False):
        text = Page(client.get(link_url(pending(letter)))).text
    assert "by 1 Mar 2999, 09:30 UTC" in text


# --- links that are not theirs ------------------------------------------------------------------


def test_a_link_that_is_not_its_own_says_so_and_changes_nothing(
    client: Client, letter: Letter
) -> None:
    signature, other = pending(letter), confirmed(letter, SALMA)
    token, foreign = (links.token_for(signature=each) for each in (signature, other))
    before = everything()
    for wrong in (
        token[:-1],
        token + "A",
        token[:11] + foreign[11:],
        foreign[:11] + token[11:],
        token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        token.lower(),
        "_" * 32,
        "A" * 32,
        "é" * 32,
        "x",
        "A" * 5000,
    ):
        for rest in ("", "thanks/", "number/", "edit/", "withdraw/", "resend/"):
            if rest != "resend/":
                response = client.get(f"/s/{wrong}/{rest}")
                assert response.status_code == 404
                assert Page(response).headings == ["We do not know this link"]
            if rest in ("", "edit/", "withdraw/", "resend/"):
                assert client.post(f"/s/{wrong}/{rest}", edits(signature)).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_token_breaks_the_page(client: Client, value: str) -> None:
    for rest in ("", "number/"):
        assert client.get(f"/s/{quote(value, safe='')}/{rest}").status_code == 404
    assert client.post(f"/s/{quote(value, safe='')}/resend/").status_code == 404


def test_a_link_dies_with_its_signature(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    url = link_url(signature)
    Delivery.objects.all().delete()
    Signature.objects.all().delete()
    assert client.get(url).status_code == 404
    assert client.post(url, {"answer": "sign", "seen": 1}).status_code == 404


def test_another_nonce_makes_every_earlier_link_void(client: Client, letter: Letter) -> None:
    signature = confirmed(letter)
    url = link_url(signature)
    Signature.objects.update(nonce=b"12345678")
    assert client.get(url).status_code == 404
    assert client.get(link_url(load(signature.pk))).status_code == 200


# --- nothing acts on GET ------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending", "expired", "confirmed", "withdrawn"])
def test_opening_a_link_never_does_anything(client: Client, letter: Letter, state: str) -> None:
    signature = pending(letter)
    if state in ("confirmed", "withdrawn"):
        client.post(link_url(signature), {"answer": "sign", "seen": 1})
        sequence(letter)
    if state == "withdrawn":
        client.post(link_url(signature, "withdraw/"), AGREED)
    if state == "expired":
        Signature.objects.update(asked_at=F("asked_at") - timedelta(days=8))
    before = everything()
    for rest in ("", "thanks/", "number/", "edit/", "withdraw/", "resend/"):
        for method in ("get", "head", "options", "put", "delete", "patch"):
            query = "?seen=1&confirm=1&withdraw=1"
            response = getattr(client, method)(link_url(signature, rest) + query)
            assert response.status_code in (200, 303, 405, 410)
            assert not response.cookies
    assert everything() == before


# --- thanks -------------------------------------------------------------------------------------


def test_the_thanks_page_shows_the_number_as_soon_as_there_is_one(
    client: Client, letter: Letter
) -> None:
    signature = confirmed(letter)
    waiting = client.get(link_url(signature, "thanks/"))
    assert "Your own number appears here in a few seconds." in Page(waiting).text
    assert client.get(link_url(signature, "number/")).json() == {"number": None, "shown": ""}
    sequence(letter)
    page = Page(client.get(link_url(signature, "thanks/")))
    assert page.headings[0] == "Thank you, Brigid O’Malloran"
    assert "Your signature’s number 1" in " ".join(page.text.split())
    assert client.get(link_url(signature, "number/")).json() == {"number": 1, "shown": "1"}
    assert client.get(f"/ar{link_url(signature, 'number/')}").json() == {
        "number": 1,
        "shown": "١",
    }


def test_the_thanks_page_offers_ways_to_share_that_need_no_script(
    client: Client, letter: Letter
) -> None:
    page = Page(client.get(link_url(confirmed(letter), "thanks/")))
    shared = [link for link in page.links if link.startswith(("mailto:", "https:"))]
    assert len(shared) == 3
    token = links.token_for(signature=Signature.objects.get())
    assert not any(token in link for link in shared)


def test_there_is_no_thanks_page_before_confirming_or_after_withdrawing(
    client: Client, letter: Letter
) -> None:
    signature = pending(letter)
    for _state in ("pending", "withdrawn"):
        response = client.get(link_url(signature, "thanks/"))
        assert (response.status_code, response["Location"]) == (303, link_url(signature))
        assert client.get(link_url(signature, "number/")).json() == {"number": None, "shown": ""}
        client.post(link_url(signature), {"answer": "sign", "seen": 1})
        sequence(letter)
        client.post(link_url(signature, "withdraw/"), AGREED)


# --- the own page -------------------------------------------------------------------------------


def test_the_own_page_shows_what_stands(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    page = Page(client.get(link_url(signature)))
    assert page.headings[0] == "Your signature"
    assert page.values == {
        "name": "Brigid O’Malloran",
        "profession": "author",
        "country": "IE",
        "credit": "The Salt Ledger",
        "affiliation": "",
        "consent_publish": "on",
        "consent_updates": True,
        "seen": "1",
    }
    assert BRIGID.email in page.text


def test_editing_changes_how_they_appear(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    response = client.post(
        link_url(signature, "edit/"), edits(signature, name="Bríd O’Malloran", country="FR")
    )
    assert (response.status_code, response["Location"]) == (303, f"{link_url(signature)}?saved=1")
    page = Page(client.get(response["Location"]))
    assert page.values["name"] == "Bríd O’Malloran"
    assert page.values["seen"] == "2"
    shown = Page(client.get(letter_url(letter, "signatories/"))).text
    assert "Bríd O’Malloran" in shown
    assert "Brigid" not in shown
    assert events() == ["edit"]


def test_what_ends_with_another_name_is_told_before_it_is_saved(
    client: Client, letter: Letter
) -> None:
    signature = vetted(letter, BRIGID)
    url, new = link_url(signature, "edit/"), edits(signature, name="Bríd O’Malloran")
    asked = client.post(url, new)
    assert asked.status_code == 422
    assert "With another name these end: Vetted by the organizers." in asked.content.decode()
    assert load(signature.pk).name == BRIGID.details.name
    assert client.post(url, new | {"ends": "no"}).status_code == 422
    assert client.post(url, new | {"ends": "yes"}).status_code == 303
    assert load(signature.pk).name == "Bríd O’Malloran"
    # Nothing is left that could end.
    again = edits(load(signature.pk), name="Brigid Quayside")
    assert client.post(url, again).status_code == 303


def test_a_space_more_or_less_ends_nothing_and_is_not_asked_about(
    client: Client, letter: Letter
) -> None:
    signature = vetted(letter, BRIGID)
    changed = edits(signature, name="BRIGID O Malloran")
    assert client.post(link_url(signature, "edit/"), changed).status_code == 303
    assert load(signature.pk).name == "BRIGID O Malloran"
    assert not Proof.objects.filter(signature=signature, state="revoked").exists()


def test_an_edit_of_what_changed_elsewhere_is_shown_again_with_what_was_typed(
    client: Client, letter: Letter
) -> None:
    signature = confirmed(letter)
    first = edits(signature, name="From the first tab")
    client.post(link_url(signature, "edit/"), edits(signature, name="From the second tab"))
    response = client.post(link_url(signature, "edit/"), first)
    page = Page(response)
    assert response.status_code == 409
    assert STALE in page.alerts[0]
    assert load(signature.pk).name == "From the second tab"
    expected = {name: str(value) for name, value in first.items()}
    assert page.values == expected | {
        "consent_updates": True,
        "seen": "2",
    }
    again = edits(signature, name=page.values["name"], seen=page.values["seen"])
    assert client.post(link_url(signature, "edit/"), again).status_code == 303
    assert load(signature.pk).name == "From the first tab"


def test_a_wrong_edit_is_told_beside_its_field_with_what_was_typed(
    client: Client, letter: Letter
) -> None:
    signature = confirmed(letter)
    response = client.post(
        link_url(signature, "edit/"),
        edits(signature, name="🫠", country="XX", consent_updates=None),
    )
    page = Page(response)
    assert response.status_code == 422
    assert page.error("name").startswith("Names are shown as plain text.")
    assert page.error("country") == "Please choose the country you live or work in."
    assert page.alerts[0].startswith("Please check the following")
    assert page.values["name"] == "🫠"
    assert page.values["credit"] == "The Salt Ledger"
    assert page.values["consent_updates"] is False
    assert load(signature.pk).name == "Brigid O’Malloran"


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_the_edit(client: Client, letter: Letter, value: str) -> None:
    signature = confirmed(letter)
    fields = ("name", "profession", "country", "credit", "affiliation", "seen", "kind")
    everything_wrong = edits(signature, **dict.fromkeys(fields, value))
    assert client.post(link_url(signature, "edit/"), everything_wrong).status_code == 422
    # What a field lets through, the database must take.
    for field in ("credit", "affiliation", "name", "consent_publish"):
        stands = load(signature.pk)
        data = edits(stands, **{field: value})
        if EditForm(data, signature=stands).is_valid():
            assert client.post(link_url(signature, "edit/"), data).status_code == 303
    assert client.post(link_url(signature), {"answer": "sign", "seen": value}).status_code == 303


def test_who_becomes_anonymous_leaves_the_list_at_once(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    client.post(link_url(signature, "edit/"), edits(signature, consent_publish="off"))
    assert "Brigid" not in Page(client.get(letter_url(letter))).text
    own_page = Page(client.get(link_url(signature)))
    assert "Your signature is counted without your name." in own_page.text
    sequence(letter)
    count = client.get(letter_url(letter, "count")).json()
    assert (count["total"], count["anonymous"]) == (1, 1)


def test_an_organisation_has_no_profession_to_change(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, GUILD)
    assert "profession" not in Page(client.get(link_url(signature))).values
    data = typed(GUILD, seen=1, email=None, country="SE", profession="poet")
    assert client.post(link_url(signature, "edit/"), data).status_code == 303
    stands = load(signature.pk)
    assert (stands.country, stands.profession) == ("SE", "")


def test_an_organisation_cannot_become_anonymous(client: Client, letter: Letter) -> None:
    signature = confirmed(letter, GUILD)
    data = typed(GUILD, seen=1, email=None, consent_publish="off")
    assert client.post(link_url(signature, "edit/"), data).status_code == 303
    assert load(signature.pk).consent_publish is True


def test_there_is_nothing_to_edit_before_confirming_or_after_withdrawing(
    client: Client, letter: Letter
) -> None:
    signature = pending(letter)
    for _state in ("pending", "withdrawn"):
        data = edits(load(signature.pk), name="Too early or too late")
        response = client.post(link_url(signature, "edit/"), data)
        assert (response.status_code, response["Location"]) == (303, link_url(signature))
        assert load(signature.pk).name == "Brigid O’Malloran"
        client.post(link_url(signature), {"answer": "sign", "seen": 1})
        client.post(link_url(signature, "withdraw/"), AGREED)


# --- withdrawing --------------------------------------------------------------------------------


def test_two_clicks_withdraw(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    own_page = Page(client.get(link_url(signature)))
    assert link_url(signature, "withdraw/") in own_page.links
    asked = Page(client.get(link_url(signature, "withdraw/")))
    assert asked.headings == ["Withdraw your signature?"]
    assert load(signature.pk).state == SignatureState.CONFIRMED
    response = client.post(link_url(signature, "withdraw/"), AGREED)
    assert (response.status_code, response["Location"]) == (303, link_url(signature))
    done = Page(client.get(response["Location"]))
    assert done.headings == ["Your signature is withdrawn"]
    assert "sign the letter again" in done.text
    assert load(signature.pk).state == SignatureState.WITHDRAWN
    assert "Brigid" not in Page(client.get(letter_url(letter, "signatories/"))).text
    sequence(letter)
    assert client.get(letter_url(letter, "count")).json()["total"] == 0


def test_being_named_in_the_corrections_is_offered_unticked(client: Client, letter: Letter) -> None:
    brigid, quiet = listed(letter, BRIGID, QUIET)
    asked = client.get(link_url(brigid, "withdraw/")).text
    assert '<input type="checkbox" name="named" id="named">' in asked
    assert 'name="named"' not in client.get(link_url(quiet, "withdraw/")).text
    client.post(link_url(brigid, "withdraw/"), {"named": "on"} | AGREED)
    client.post(link_url(quiet, "withdraw/"), {"named": "on"} | AGREED)
    told = Event.objects.filter(kind="withdraw").order_by("pk").values_list("told_name", flat=True)
    assert list(told) == [BRIGID.details.name, ""]


def test_withdrawing_twice_is_withdrawing_once(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    for _press in range(2):
        assert client.post(link_url(signature, "withdraw/"), AGREED).status_code == 303
    assert events() == ["withdraw"]
    response = client.get(link_url(signature, "withdraw/"))
    assert (response.status_code, response["Location"]) == (303, link_url(signature))


def test_withdrawing_stays_possible_when_the_letter_is_closed(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    close(letter)
    assert client.post(link_url(signature, "withdraw/"), AGREED).status_code == 303
    page = Page(client.get(link_url(signature)))
    assert page.headings == ["Your signature is withdrawn"]
    assert "sign the letter again" not in page.text


def test_what_is_pending_cannot_be_withdrawn_nor_confirmed_once_withdrawn(
    client: Client, letter: Letter
) -> None:
    signature = pending(letter)
    client.post(link_url(signature, "withdraw/"), AGREED)
    assert load(signature.pk).state == SignatureState.PENDING
    client.post(link_url(signature), {"answer": "sign", "seen": 1})
    client.post(link_url(signature, "withdraw/"), AGREED)
    response = client.post(link_url(signature), {"answer": "sign", "seen": 1})
    assert (response.status_code, response["Location"]) == (303, link_url(signature))
    assert load(signature.pk).state == SignatureState.WITHDRAWN


# --- what browsers and others are told ----------------------------------------------------------


def test_private_pages_are_kept_by_nobody_and_found_by_nobody(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    waiting = pending(letter, SALMA)
    responses: list[Any] = [
        client.get(link_url(waiting)),
        client.post(link_url(waiting), {"answer": "sign", "seen": "0"}),
        client.post(link_url(waiting, "resend/")),
        client.get(link_url(signature)),
        client.get(link_url(signature, "thanks/")),
        client.get(link_url(signature, "number/")),
        client.get(link_url(signature, "edit/")),
        client.post(link_url(signature, "edit/"), edits(signature, name="")),
        client.get(link_url(signature, "withdraw/")),
        client.get("/s/unknown/"),
        client.post(link_url(signature, "withdraw/"), AGREED),
        client.get(link_url(signature)),
    ]
    for response in responses:
        assert {"no-store", "private"} <= set(re.split(r",\s*", response["Cache-Control"]))
        # Not "no-referrer": the forms on it would come from nowhere.
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies
        assert "ETag" not in response
        if response.status_code == 200 and "html" in response["Content-Type"]:
            assert b'<meta name="robots" content="noindex">' in response.content


def test_the_page_is_in_the_language_of_its_path(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, SALMA)
    page = Page(client.get(f"/ar{link_url(signature)}"))
    assert (page.root["lang"], page.root["dir"]) == ("ar", "rtl")
    assert "سلمى الزيتوني" in page.text
    assert "لبنان" in page.text
    assert json.dumps(page.links).count("/ar/") > 3

"""What a query finds, whatever is typed, and what it leaves out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import retention
from signatures.errors import UnknownNetwork
from signatures.models import Signature, Vetting
from signatures.moderation import attestation, decisions
from signatures.moderation.bulk.querying import Query, count
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    pending,
    person,
)

pytestmark = pytest.mark.django_db
HALL = b"\xab" * 16


def total(letter: Letter, **asked: Any) -> int:
    return count(letter=letter, query=Query(**asked)).total


def test_each_field_narrows_and_all_together(letter: Letter) -> None:
    brigid, salma, wiktor, guild, quiet = listed(letter, BRIGID, SALMA, WIKTOR, GUILD, QUIET)
    pending(letter, MEI)
    odd = person("x@sub.quayside.example", "Ottokar 100%", credit="50%_off \\ sale")
    listed(letter, odd)
    Signature.objects.filter(pk__in=[brigid.pk, quiet.pk]).update(network_key=HALL)
    Signature.objects.filter(pk=guild.pk).update(
        created_at=timezone.now() - timedelta(days=3), level=2
    )
    before = timezone.now() - timedelta(days=1)
    found = {
        "all": total(letter),
        "domain": total(letter, domain="quayside.example"),
        "this domain alone": total(letter, domain="quayside.example", exact=True),
        "no part of a domain": total(letter, domain="side.example"),
        "network": total(letter, network_of=quiet.number),
        "since": total(letter, since=before),
        "until": total(letter, until=before),
        "folded name": total(letter, name="wiktor zolcik"),
        "name as a whole": total(letter, name="wiktor"),
        "beginning": total(letter, name="WIK*"),
        "in between": total(letter, name="*o*malloran"),
        "arabic": total(letter, name="سلمى*"),
        "percent is none": total(letter, credit="50%"),
        "literal": total(letter, credit="50%_off \\ SALE"),
        "underscore is none": total(letter, credit="50%_off_*"),
        "stars": total(letter, credit="*salt*ledger"),
        "level": total(letter, level=2),
        "state": total(letter, state="pending"),
        "version": total(letter, version=2),
        "country": total(letter, country="PL"),
        "kind": total(letter, kind="organisation"),
        "together": total(letter, kind="person", country="IE", name="*malloran"),
        "bidi": total(letter, credit="\u202e*salt*\u2066"),
        "nothing but signs": total(letter, name="%_\\"),
        "long": total(letter, name="*a" * 5000),
    }
    assert found == {
        **{"all": 7, "domain": 2, "this domain alone": 1, "no part of a domain": 0},
        **{"network": 2, "since": 6, "until": 1},
        **{"folded name": 1, "name as a whole": 0, "beginning": 1, "in between": 1, "arabic": 1},
        **{"percent is none": 0, "literal": 1, "underscore is none": 0, "stars": 1},
        **{"level": 1, "state": 1, "version": 0, "country": 1, "kind": 1, "together": 1},
        **{"bidi": 1, "nothing but signs": 0, "long": 0},
    }
    assert count(letter=letter, query=Query()).is_everyone
    assert not count(letter=letter, query=Query(kind="person")).is_everyone
    assert {salma.pk, wiktor.pk} <= {
        each.pk for each in count(letter=letter, query=Query()).examples
    }


def test_a_network_is_known_for_as_long_as_its_hash(letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    Signature.objects.filter(pk=brigid.pk).update(
        network_key=HALL, asked_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert total(letter, network_of=1) == 1
    retention.forget_networks()
    for number in (1, 77):
        with pytest.raises(UnknownNetwork):
            total(letter, network_of=number)


def test_who_was_approved_or_vetted_is_left_out_and_told(
    letter: Letter, ottilie: Organizer
) -> None:
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    approved = confirmed(letter, BRIGID)
    decisions.approve(
        vetting=Vetting.objects.get(signature=approved), organizer=ottilie, expected_revision=1
    )
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=False)
    vetted, _other = listed(letter, WIKTOR, MEI)
    attestation.vet(
        signature=load(vetted.pk), organizer=ottilie, expected_revision=1, evidence="met"
    )
    without = count(letter=letter, query=Query())
    assert (without.total, without.vetted, without.is_everyone) == (1, 2, True)
    with_them = count(letter=letter, query=Query(with_vetted=True))
    assert (with_them.total, with_them.vetted, dict(with_them.by_state)) == (
        3,
        2,
        {"confirmed": 3},
    )

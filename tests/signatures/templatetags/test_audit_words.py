"""The audit trail speaks in words and leads to what it speaks of."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaign.organizers import audit
from campaign.organizers.models import AuditEntry
from signatures.templatetags.audit_words import Subject, audit_detail, audit_subjects
from tests.signatures.factories import BRIGID, listed, make_organizer, open_letter

pytestmark = pytest.mark.django_db


def test_entries_lead_to_what_they_are_about(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    organizer = make_organizer(team=letter.team)
    gone = "signature AAAAAAAAAAAAAAAAAAAAAA"
    subjects = [
        f"letter {letter.slug}",
        f"signature {signature.public_id}",
        f"organizer {organizer.pk}",
        "letter no-more",
        gone,
        "organizer x",
        "invitation 123456",
        "",
    ]
    for subject in subjects:
        audit.record(
            team=letter.team,
            organizer=organizer,
            action="remove",
            subject=subject,
            detail="not_a_name",
        )
    entries = list(AuditEntry.objects.order_by("pk"))
    with django_assert_num_queries(4):
        found = audit_subjects(entries)
    desk = reverse("desk_signature", args=[letter.slug, signature.public_id])
    assert [found[entry.pk] for entry in entries] == [
        Subject(letter.slug, reverse("desk_letter", args=[letter.slug])),
        Subject("№ 1", desk),
        Subject("Ottilie Fenn"),
        Subject("letter no-more"),
        Subject(gone),
        Subject("organizer x"),
        Subject("invitation 123456"),
        Subject(""),
    ]
    client.force_login(organizer)
    page = client.get(reverse("desk_team_audit", args=[letter.team.slug])).text
    assert "not the name of a person or organisation" in page
    assert "not_a_name" not in page
    assert f'href="{desk}"' in page
    assert signature.name not in page


@pytest.mark.parametrize(
    ("detail", "words"),
    [("owner > editor", "Owner → Editor"), ("x > owner", "x > owner"), ("", ""), ("free", "free")],
)
def test_codes_are_words_and_other_details_stay(detail: str, words: str) -> None:
    assert audit_detail(AuditEntry(detail=detail)) == words

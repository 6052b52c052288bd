"""Where signers come from: kept for words that organizers wrote down, and counted in sums alone."""

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign import process_cache
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import campaign_tags, signing
from signatures.errors import NothingChanged, TooManyTags
from signatures.models import CampaignTag, Signature
from signatures.overview import numbers
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    QUIET,
    confirmed,
    draft_letter,
    listed,
    make_organizer,
    open_letter,
    sign,
    someone,
)
from tests.signatures.views.visitors import letter_url, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def editor(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, role=Role.EDITOR)


@pytest.fixture
def newsletter(letter: Letter, editor: Organizer) -> str:
    campaign_tags.add(letter=letter, organizer=editor, tag="newsletter")
    return "newsletter"


def url(letter: Letter, rest: str = "") -> str:
    return f"/desk/letters/{letter.slug}/numbers/{rest}"


def kept(letter: Letter, **changes: Any) -> str:
    form = typed(**changes)
    assert Client().post(letter_url(letter, "sign/"), form).status_code == 303
    return Signature.objects.get(letter=letter, email=form["email"]).came_from


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("newsletter", "newsletter"),
        (" Newsletter ", "newsletter"),
        ("union-2026", "union-2026"),
        ("x" * 24, "x" * 24),
        ("x" * 25, ""),
        ("-union", ""),
        ("two words", ""),
        ("نشرة", ""),
        ("é", ""),
        ("a\x00b", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_word_is_letters_digits_and_hyphens(word: str, tag: str) -> None:
    assert campaign_tags.cleaned(word) == tag


@pytest.mark.parametrize(
    ("word", "came_from"),
    [
        ("newsletter", "newsletter"),
        ("NEWSLETTER", "newsletter"),
        ("somebody-elses", ""),
        ("x" * 5000, ""),
        ("a\x00b", ""),
        ("", ""),
    ],
)
def test_a_signature_keeps_a_word_that_was_written_down_and_no_other(
    letter: Letter, newsletter: str, word: str, came_from: str
) -> None:
    assert kept(letter, campaign_tag=word) == came_from


def test_of_who_is_not_named_none_is_kept(letter: Letter, newsletter: str) -> None:
    assert kept(letter, campaign_tag=newsletter, consent_publish="off") == ""


def test_a_word_of_another_letter_is_none_here(letter: Letter, editor: Organizer) -> None:
    other = open_letter(slug="another", team=letter.team)
    campaign_tags.add(letter=other, organizer=editor, tag="union")
    assert kept(letter, campaign_tag="union") == ""


def test_who_signed_already_keeps_what_was_kept(letter: Letter, newsletter: str) -> None:
    brigid = confirmed(letter)
    signing.sign(
        letter=letter,
        translation=brigid.translation,
        email=BRIGID.email,
        details=BRIGID.details,
        language="en",
        came_from=newsletter,
    )
    brigid.refresh_from_db()
    assert brigid.came_from == ""


def test_a_corrected_address_came_by_the_same_link(letter: Letter, newsletter: str) -> None:
    client = Client()
    answer = client.post(letter_url(letter, "sign/"), typed(campaign_tag=newsletter))
    corrected = client.post(f"{answer['Location']}correct/", {"email": "right@quayside.example"})
    assert corrected.status_code == 303
    assert dict(Signature.objects.values_list("email", "came_from")) == {
        "": "",
        "right@quayside.example": newsletter,
    }


def test_the_page_is_the_same_whatever_link_led_to_it(letter: Letter, newsletter: str) -> None:
    pages = [
        Client().get(letter_url(letter, query)) for query in ("", "?from=newsletter", "?from=x")
    ]
    assert len({page.content for page in pages}) == 1
    assert [page.cookies for page in pages] == [{}, {}, {}]
    assert len({page["ETag"] for page in pages}) == 1


def test_they_are_counted_from_five_on_and_of_the_named_alone(
    letter: Letter, newsletter: str, editor: Organizer
) -> None:
    campaign_tags.add(letter=letter, organizer=editor, tag="union")
    people = listed(letter, *(someone(number) for number in range(10)), QUIET)
    by_tag = {"newsletter": people[:5], "union": people[5:9], "gone": people[9:10]}
    for tag, came in by_tag.items():
        Signature.objects.filter(pk__in=[each.pk for each in came]).update(came_from=tag)
    Signature.objects.filter(pk=people[10].pk).update(came_from="newsletter")

    def told() -> list[tuple[str, int]]:
        process_cache.forget_all()
        found = numbers.read(letter=letter, now=timezone.now())
        return [(row.code, row.total) for row in found.sources or ()]

    assert told() == [("newsletter", 5), ("", 5)]
    Signature.objects.filter(pk=people[9].pk).update(came_from="union")
    assert told() == [("newsletter", 5), ("union", 5)]
    CampaignTag.objects.all().delete()
    assert told() == []


def test_writers_add_and_remove_words_and_the_trail_tells(
    letter: Letter, editor: Organizer
) -> None:
    desk = Client()
    desk.force_login(editor)
    for _twice in range(2):
        assert desk.post(url(letter, "links/"), {"tag": "Newsletter"}).status_code == 303
    assert "?from=newsletter</bdi>" in desk.get(url(letter)).text
    for _twice in range(2):
        assert desk.post(url(letter, "links/newsletter/remove/")).status_code == 303
    assert campaign_tags.all_of(letter=letter) == []
    told = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(told) == ["add_campaign_tag", "remove_campaign_tag"]


@pytest.mark.parametrize("word", ["", "two words", "x" * 25, "<b>"])
def test_what_is_no_word_is_said_beside_the_field(
    letter: Letter, editor: Organizer, word: str
) -> None:
    desk = Client()
    desk.force_login(editor)
    page = desk.post(url(letter, "links/"), {"tag": word})
    assert (page.status_code, "Please check the following" in page.text) == (422, True)


def test_nobody_else_adds_any_and_a_draft_has_none(letter: Letter, editor: Organizer) -> None:
    draft = draft_letter(slug="unheard-of", team=letter.team)
    for role in (Role.VETTER, Role.PRESS, Role.VIEWER):
        client = Client()
        who = make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        client.force_login(who)
        for rest in ("links/", "links/newsletter/remove/"):
            assert client.post(url(letter, rest), {"tag": "x"}).status_code == 404
    client = Client()
    client.force_login(editor)
    assert client.post(url(draft, "links/"), {"tag": "x"}).status_code == 404
    assert not CampaignTag.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_more_than_fit_however_many_are_added_at_once(
    letter: Letter, editor: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_tags, "MAX_TAGS", 2)

    def add(tag: str) -> Any:
        try:
            campaign_tags.add(letter=letter, organizer=editor, tag=tag)
        except (TooManyTags, NothingChanged) as refused:
            return type(refused)
        return None

    answers = at_once([partial(add, tag) for tag in ("a", "b", "c", "c")])
    assert (answers.count(None), CampaignTag.objects.count()) == (2, 2)


def test_signing_costs_no_more_without_a_word(
    letter: Letter, newsletter: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert campaign_tags.known(letter=letter, tag="", is_named=True) == ""
    with django_assert_num_queries(1):
        assert campaign_tags.known(letter=letter, tag=newsletter, is_named=True) == newsletter
    assert sign(letter).fresh

"""The page of bursts: what organizers read there, and the two buttons."""

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import confirmation, signing
from signatures.models import Precaution, Signature, Vetting
from tests.signatures.factories import (
    BRIGID,
    MEI,
    confirmed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    sequence,
    translation_of,
)
from tests.signatures.views.visitors import link_url

pytestmark = pytest.mark.django_db
HALL = b"\xab" * 16
NAMES = "abcdefghijk"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def url(letter: Letter) -> str:
    return reverse("desk_precautions", args=[letter.slug])


@pytest.fixture
def desk(client: Client, letter: Letter) -> Client:
    client.force_login(make_organizer(team=letter.team, role=Role.VETTER))
    return client


@pytest.fixture
def gang(letter: Letter) -> list[Signature]:
    made = []
    for name in NAMES:
        who = person(f"{name}1@rubble.example", f"Gang {name}")
        signed = signing.sign(
            letter=letter,
            translation=translation_of(letter),
            email=who.email,
            details=who.details,
            language="en",
            network_key=HALL,
        )
        signature = load(signed.signature_id)
        confirmation.confirm(signature=signature, expected_revision=signature.revision)
        made.append(load(signature.pk))
    sequence(letter)
    return made


def test_the_page_names_what_is_in_common_and_neither_networks_nor_addresses(
    desk: Client, url: str, gang: list[Signature]
) -> None:
    page = desk.get(url, {"within": "10"}).content.decode()
    assert [part in page for part in ("rubble.example", "Gang k", "11 of 11", "0 of 0")] == [
        True
    ] * 4
    assert gang[0].network_key is not None
    leaks = (HALL.hex(), "1@rubble", bytes(gang[0].network_key).hex())
    assert [part in page for part in leaks] == [False] * 3


@pytest.mark.parametrize("within", ["", "7", "-1", "x", "9" * 40])
def test_any_span_that_is_not_offered_is_an_hour(desk: Client, url: str, within: str) -> None:
    page = desk.get(url, {"within": within}).content.decode()
    assert '?within=60" aria-current="page"' in page


def test_one_press_holds_and_one_stops(
    desk: Client, url: str, letter: Letter, gang: list[Signature]
) -> None:
    hold = {"action": "begin", "trait": "domain", "like": f"{gang[0].public_id}:1"}
    for like in (gang[0].public_id, f"{gang[0].public_id}:2"):
        page = desk.post(url, {**hold, "like": like}, follow=True).content.decode()
        assert "is gone or was changed meanwhile" in page
    page = desk.post(url, hold, follow=True).content.decode()
    assert "Held from now on" in page
    held = confirmed(letter, person("late@rubble.example", "Gang late"))
    assert held.state == "held"
    precaution = Precaution.objects.get()
    page = desk.get(url).content.decode()
    queue = reverse("desk_vetting", args=[letter.slug]) + f"?precaution={precaution.pk}"
    assert [f'href="{queue}"' in page, "Held so far: 1." in page] == [True, True]
    found = desk.get(queue).content.decode()
    assert ["Gang late" in found, "with addresses of one domain" in found] == [True, True]
    assert "with addresses of one domain" in (
        desk.get(reverse("desk_vet", args=[letter.slug, held.public_id])).content.decode()
    )
    stop = {"action": "stop", "precaution": precaution.pk}
    told = [desk.post(url, stop, follow=True).content.decode() for _time in range(2)]
    assert ["Stopped. 1 that it held waits still" in told[0], "over already" in told[1]] == [
        True,
        True,
    ]
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["begin_precaution", "stop_precaution"]
    assert load(held.pk).state == "held"


@pytest.mark.parametrize(
    "posted",
    [
        {"action": "begin", "trait": "domain", "like": "nobody\0"},
        {"action": "begin", "trait": "network", "like": ""},
        {"action": "begin", "trait": "nonsense"},
        {"action": "stop", "precaution": "9" * 40},
        {"action": "stop"},
        {},
    ],
)
def test_nonsense_begins_and_stops_nothing(desk: Client, url: str, posted: dict[str, str]) -> None:
    assert desk.post(url, posted, follow=True).status_code == 200
    assert [Precaution.objects.count(), AuditEntry.objects.count()] == [0, 0]


def test_a_domain_is_held_and_one_of_everybody_is_refused(
    desk: Client, url: str, letter: Letter
) -> None:
    refused = desk.post(url, {"domain": "mail.gmail.com"})
    assert refused.status_code == 422
    assert "where anybody can have an address" in refused.content.decode()
    page = desk.post(url, {"domain": "mail.rubble.example"}, follow=True).content.decode()
    assert ["in force until somebody stops it" in page, "rubble.example" in page] == [True, True]
    assert confirmed(letter, person("a@rubble.example", "Ada Quarn")).state == "held"


def test_operators_hold_domains_and_ranges_on_every_letter(client: Client, letter: Letter) -> None:
    client.force_login(Organizer.objects.create_superuser("root@letters.example", "long enough"))
    add = reverse("admin:signatures_precaution_add")
    typed: list[tuple[str, str, int]] = [
        ("range", "203.0.113.7/24", 302),
        ("range", "203.0.113.0/24", 200),
        ("range", "0.0.0.0/0", 200),
        ("range", "rubble.example", 200),
        ("domain", "Mail.Rubble.example", 302),
        ("domain", "gmail.com", 200),
        ("domain", "", 200),
        ("everyone", "", 200),
    ]
    answers = [
        client.post(add, {"trait": trait, "value": value}).status_code for trait, value, _ in typed
    ]
    assert answers == [expected for _trait, _value, expected in typed]
    lasting = Precaution.objects.filter(letter=None, ends_at=None).order_by("pk")
    assert list(lasting.values_list("trait", "value")) == [
        ("range", "203.0.113.0/24"),
        ("domain", "rubble.example"),
    ]
    assert (
        "rubble.example"
        in client.get(reverse("admin:signatures_precaution_changelist")).content.decode()
    )
    assert confirmed(letter, person("a@rubble.example", "Ada Quarn")).state == "held"


def test_who_may_not_vet_sees_no_page(client: Client, url: str, letter: Letter) -> None:
    client.force_login(make_organizer(team=letter.team, role=Role.EDITOR))
    posted = client.post(url, {"action": "begin", "trait": "everyone"})
    assert [client.get(url).status_code, posted.status_code] == [404, 404]
    assert not Precaution.objects.exists()


def test_whoever_is_held_reads_what_everybody_reads_who_is_checked(
    desk: Client, url: str, letter: Letter
) -> None:
    """Nothing tells that they fit, nor what: the page is that of a letter that vets everyone."""
    pages: list[str] = []
    for who in (MEI, BRIGID):
        signature = pending(letter, who)
        if not pages:
            Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
        else:
            Letter.objects.filter(pk=letter.pk).update(vets_everyone=False)
            desk.post(url, {"action": "begin", "trait": "everyone"})
        confirmation.confirm(signature=signature, expected_revision=signature.revision)
        page = Client().get(link_url(load(signature.pk))).content.decode()
        begin = page.index('<div class="said note">')
        pages.append(page[begin : page.index("</div>", begin)])
    assert pages[0] == pages[1]
    reasons = Vetting.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["everyone", "precaution"]

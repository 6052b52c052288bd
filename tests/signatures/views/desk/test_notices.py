"""The page on which organizers choose what they are told of."""

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers.models import Membership, Organizer, Role
from signatures.models import NoticeKind, NoticeSwitch
from signatures.notifications.notices import choices
from signatures.notifications.notices.choices import Times
from tests.signatures.factories import make_organizer, make_team, open_letter

pytestmark = pytest.mark.django_db

PAGE = reverse("desk_notices")
TIMES = {"hour": "17", "time_zone": "Asia/Beirut", "language": "ar"}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def browser(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


def field(membership: Membership) -> str:
    return f"team-{membership.team_id}"


def test_what_is_chosen_is_kept(letter: Letter) -> None:
    organizer = make_organizer(team=letter.team)
    [first] = Membership.objects.all()
    second = Membership.objects.create(
        team=make_team(slug="another"), organizer=organizer, role=Role.OWNER
    )
    client = browser(organizer)
    sent = TIMES | {field(first): ["digest", "vetting"]}
    assert client.post(PAGE, sent).status_code == 303
    assert choices.chosen(membership=first) == [NoticeKind.VETTING, NoticeKind.DIGEST]
    assert choices.chosen(membership=second) == []
    assert choices.times(organizer=organizer) == Times(17, "Asia/Beirut", "ar")
    text = client.get(PAGE).text
    # A quotation mark before: of a field, not of a word.
    assert text.count('" checked') == 2
    assert 'value="Asia/Beirut" selected' in text
    # Again, with what is on now switched off.
    assert client.post(PAGE, TIMES | {field(second): ["burst"]}).status_code == 303
    assert choices.chosen(membership=first) == []
    assert choices.chosen(membership=second) == [NoticeKind.BURST]


@pytest.mark.parametrize("role", Role)
def test_there_is_to_choose_what_the_role_may_know(letter: Letter, role: Role) -> None:
    organizer = make_organizer(team=letter.team, role=role)
    [mine] = Membership.objects.all()
    client = browser(organizer)
    private = {"vetting", "report"}
    offered = {kind for kind in NoticeKind.values if f'value="{kind}"' in client.get(PAGE).text}
    may_vet = role in Role.vetting()
    assert offered == set(NoticeKind.values) - (set() if may_vet else private)
    answer = client.post(PAGE, TIMES | {field(mine): ["report"]})
    assert answer.status_code == (303 if may_vet else 422)


@pytest.mark.parametrize(
    "wrong",
    [{"hour": "24"}, {"hour": ""}, {"time_zone": "Mars/Olympus"}, {"language": "xx"}],
)
def test_what_cannot_be_is_refused(letter: Letter, wrong: dict[str, str]) -> None:
    client = browser(make_organizer(team=letter.team))
    assert client.post(PAGE, TIMES | wrong).status_code == 422
    assert NoticeSwitch.objects.count() == 0


def test_somebody_elses_team_is_not_chosen_for(letter: Letter) -> None:
    make_organizer(team=letter.team)
    [theirs] = Membership.objects.all()
    other = make_organizer(team=make_team(slug="another"), email="other@another.example")
    assert browser(other).post(PAGE, TIMES | {field(theirs): ["burst"]}).status_code == 303
    assert NoticeSwitch.objects.filter(membership=theirs).count() == 0


def test_a_team_that_was_left_meanwhile_is_passed_by(letter: Letter) -> None:
    organizer = make_organizer(team=letter.team)
    first = Membership.objects.get()
    second = Membership.objects.create(
        team=make_team(slug="another"), organizer=organizer, role=Role.OWNER
    )
    Membership.objects.filter(pk=second.pk).delete()
    kinds = {each: [NoticeKind.BURST] for each in (first, second)}
    choices.choose(organizer=organizer, times=Times(8, "UTC", ""), kinds=kinds)
    assert choices.chosen(membership=first) == [NoticeKind.BURST]
    assert set(NoticeSwitch.objects.values_list("membership", flat=True)) == {first.pk}

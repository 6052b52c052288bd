"""Nobody acts at the desk or in the admin with a password alone; the demo may."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaign.checks import second_factor_is_asked_for
from campaign.organizers import account_mail, second_factor
from campaign.organizers.accounts import SecondFactorAdapter
from campaign.organizers.models import Organizer, Role
from tests.organizers.authenticator import code_of
from tests.organizers.people import PASSWORD

pytestmark = pytest.mark.django_db
Browser = Callable[[Organizer], Client]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    """A code is good for 30 seconds, which a busy machine lets pass: the first of them."""
    with time_machine.travel(time.time() // 30 * 30, tick=False):
        yield


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


def code(secret: str = SECRET) -> str:
    return code_of(secret)


@pytest.fixture
def with_app(owner: Organizer) -> Organizer:
    totp.TOTP.activate(owner, SECRET)
    return owner


def logged_in(organizer: Organizer, path: str) -> tuple[Client, str]:
    """With the password alone: a browser, and where it was led to."""
    client = Client()
    entry = {"login": organizer.email, "password": PASSWORD, "next": path}
    response = client.post(reverse("account_login"), entry, follow=True)
    return client, response.redirect_chain[-1][0]


@pytest.mark.parametrize("role", Role)
def test_without_one_nobody_acts_and_all_are_shown_the_way(
    cast: dict[Role, Organizer], browser: Browser, role: Role
) -> None:
    client = browser(cast[role])
    paths = [reverse(name) for name in ("desk", "desk_teams", "desk_letter_new", "desk_markdown")]
    paths += [reverse("desk_team", args=["guild"]), reverse("desk_team_leave", args=["guild"])]
    for path in paths:
        for answer in (client.get(path), client.post(path, {"title": "x"})):
            assert answer.status_code in (303, 403, 405), path
    page = client.get(reverse("desk"))
    assert page.status_code == 403
    assert reverse("mfa_activate_totp") in page.text
    assert reverse("mfa_add_webauthn") in page.text
    assert "Guild of Letter Writers" not in page.text


def test_strangers_still_log_in_first(client: Client) -> None:
    assert client.get(reverse("desk")).status_code == 302


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_an_app_or_a_key_is_enough_and_recovery_codes_are_not(
    owner: Organizer, browser: Browser, kind: str
) -> None:
    RecoveryCodes.activate(owner)
    assert second_factor.is_missing(organizer=owner)
    assert browser(owner).get(reverse("desk")).status_code == 403
    Authenticator.objects.create(user=owner, type=kind, data={})
    assert not second_factor.is_missing(organizer=owner)
    assert browser(owner).get(reverse("desk")).status_code == 200


def test_somebody_elses_is_not_enough(
    with_app: Organizer, cast: dict[Role, Organizer], browser: Browser
) -> None:
    assert browser(with_app).get(reverse("desk")).status_code == 200
    assert browser(cast[Role.EDITOR]).get(reverse("desk")).status_code == 403


def test_where_it_is_not_required_nothing_is_asked(
    owner: Organizer, browser: Browser, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    assert browser(owner).get(reverse("desk")).status_code == 200


def test_it_may_be_off_in_the_demo_only(settings: Settings) -> None:
    for demo, required, problems in (
        (True, False, []),
        (True, True, []),
        (False, True, []),
        (False, False, ["undersigned.E005"]),
    ):
        settings.DEMO, settings.REQUIRE_SECOND_FACTOR = demo, required
        assert [each.id for each in second_factor_is_asked_for()] == problems


def test_the_log_in_asks_for_it_and_goes_no_further_without(with_app: Organizer) -> None:
    client, led_to = logged_in(with_app, "/desk/team/")
    assert led_to == reverse("mfa_authenticate")
    for path in (reverse("desk"), reverse("mfa_index"), reverse("account_change_password")):
        assert client.get(path).status_code == 302, path
    assert "The second factor" in client.get(led_to).text
    for wrong in ("000000", "", "x" * 500):
        assert client.post(led_to, {"code": wrong}).status_code == 200
    cache.clear()
    assert client.post(led_to, {"code": code()})["Location"] == "/desk/team/"
    assert client.get(reverse("desk")).status_code == 200


def test_a_code_works_once(with_app: Organizer) -> None:
    used = code()
    first, path = logged_in(with_app, "/desk/")
    assert first.post(path, {"code": used}).status_code == 302
    second, path = logged_in(with_app, "/desk/")
    assert second.post(path, {"code": used}).status_code == 200
    assert second.get(reverse("desk")).status_code == 302


def test_a_recovery_code_works_once_instead(with_app: Organizer) -> None:
    recovery = RecoveryCodes.activate(with_app).get_unused_codes()[0]
    for expected in (302, 200):
        client, path = logged_in(with_app, "/desk/")
        assert client.post(path, {"code": recovery}).status_code == expected


@pytest.mark.django_db(transaction=True)
def test_it_is_set_up_after_the_password_again_and_codes_are_shown(
    owner: Organizer,
) -> None:
    client, _led_to = logged_in(owner, "/desk/")
    path = reverse("mfa_activate_totp")
    page = client.get(path, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    again = {"password": PASSWORD, "next": path}
    page = client.post(reverse("account_reauthenticate"), again, follow=True)
    assert "<svg" in page.text
    assert "data:image" not in page.text
    found = re.search(r'value="([A-Z2-7]{32})"', page.text)
    assert found is not None
    assert "Incorrect code" in client.post(path, {"code": "000000"}).text
    cache.clear()
    page = client.post(path, {"code": code(found[1])}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert all(each in page.text for each in codes)
    assert client.get(reverse("desk")).status_code == 200
    account_mail.send_owed()
    assert [message.to for message in mail.outbox] == [[owner.email]]


def test_who_reads_the_database_has_no_codes(with_app: Organizer) -> None:
    recovery = RecoveryCodes.activate(with_app)
    for authenticator in Authenticator.objects.all():
        stored = str(authenticator.data)
        assert SECRET not in stored
        assert not any(each in stored for each in recovery.get_unused_codes())
    adapter = SecondFactorAdapter()
    assert adapter.decrypt(adapter.encrypt(SECRET)) == SECRET


def test_every_page_about_it_opens(with_app: Organizer) -> None:
    RecoveryCodes.activate(with_app)
    client, path = logged_in(with_app, "/desk/")
    client.post(path, {"code": code()})
    cache.clear()
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client.post(reverse("mfa_reauthenticate"), {"code": recovery})
    for name in (
        "mfa_index",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
    ):
        for prefix in ("", "/ar"):
            page = client.get(f"{prefix}{reverse(name)}")
            assert page.status_code == 200, name


def test_it_is_not_taken_away_without_reauthentication(with_app: Organizer) -> None:
    client = Client()
    client.force_login(with_app)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert Authenticator.objects.filter(type="totp").exists()


def test_site_operators_need_it_as_well(browser: Browser) -> None:
    operator = Organizer.objects.create_superuser("root@letters.example", PASSWORD)
    admin = browser(operator)
    for path in ("/admin/", "/admin/organizers/organizer/", "/admin/login/"):
        page = admin.get(path, follow=True)
        assert (page.status_code, "One more step" in page.text) == (403, True), path
    totp.TOTP.activate(operator, SECRET)
    assert admin.get("/admin/organizers/organizer/").status_code == 200
    assert admin.get("/admin/login/").status_code == 302


def test_an_operator_frees_who_lost_the_second_factor_without_seeing_it(
    owner: Organizer, browser: Browser
) -> None:
    operator = Organizer.objects.create_superuser("root@letters.example", PASSWORD)
    totp.TOTP.activate(operator, SECRET)
    lost = totp.TOTP.activate(owner, SECRET).instance
    admin, path = browser(operator), "/admin/mfa/authenticator/"
    assert owner.email in admin.get(f"{path}?q=guild").text or owner.name in admin.get(path).text
    page = admin.get(f"{path}{lost.pk}/change/").text
    assert lost.data["secret"] not in page
    assert admin.get(f"{path}add/").status_code == 403
    admin.post(f"{path}{lost.pk}/delete/", {"post": "yes"})
    assert second_factor.is_missing(organizer=owner)

"""The pages where somebody begins: the form, what its link opens, and the operators' admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaign.organizers import account_mail, applications
from campaign.organizers.models import AccountMail, Application, Membership, Organizer, Role, Team
from tests.organizers.people import person

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Aino Castellane",
    "email": "Aino@riverside.example",
    "team_name": "Riverside Readers",
    "website": "riverside.example",
    "asks": "Keep the libraries open.\n\nOn Sundays, too.",
    "contact": "hello@riverside.example",
}
NEWCOMER = {"name": "Aino Castellane", "password": "nine lanterns on the quay"}


def apply(client: Client, **typed: str) -> Application:
    response = client.post("/start/", TYPED | typed)
    assert (response.status_code, response["Location"]) == (303, "/start/sent/")
    return Application.objects.latest("pk")


def link(application: Application) -> str:
    return reverse("application", args=[applications.token_for(application=application)])


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(
        Organizer.objects.create_superuser("root@letters.example", "a long enough password")
    )
    return client


def test_what_was_typed_is_kept_clean(client: Client) -> None:
    application = apply(client)
    assert (application.email, application.website, application.asks, application.language) == (
        "aino@riverside.example",
        "https://riverside.example",
        "Keep the libraries open.\n\nOn Sundays, too.",
        "en",
    )
    assert application.confirmed_at is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Type your name."),
        ("name", "Ai\u202eno", "Take out the characters that cannot be seen."),
        ("email", "aino", "Type a whole address, as name@theatre.example."),
        ("email", "a\u00efno@riverside.example", "Type a whole address, as name@theatre.example."),
        ("team_name", " ", "Give the team a name."),
        ("website", "javascript:alert(1)", "Type a whole address, as https://theatre.example."),
        ("website", "ftp://riverside.example", "Type a whole address, as https://theatre.example."),
        ("asks", "", "Say in a few sentences what the letter asks."),
        ("asks", "x" * 2001, "Shorten this to 2,000 characters."),
        ("contact", "", "Say where readers reach the team."),
    ],
)
def test_each_mistake_is_answered_with_a_sentence(
    client: Client, field: str, value: str, sentence: str
) -> None:
    response = client.post("/start/", TYPED | {field: value})
    assert response.status_code == 422
    assert sentence in response.text
    assert not Application.objects.exists()


def test_every_address_gets_the_same_answer(client: Client) -> None:
    person("known@riverside.example", "Known", Team.objects.create(name="A", slug="a"))
    answers = set()
    for email in ("known@riverside.example", "unknown@riverside.example"):
        response = client.post("/start/", TYPED | {"email": email})
        answers.add((response.status_code, response["Location"], response.content))
    assert len(answers) == 1
    assert AccountMail.objects.count() == 2


def test_from_the_fourth_on_in_a_day_nothing_is_owed(client: Client) -> None:
    for _time in range(5):
        assert client.post("/start/", TYPED).status_code == 303
    assert (AccountMail.objects.count(), Application.objects.count()) == (3, 3)


def test_looking_confirms_nothing(client: Client) -> None:
    path = link(apply(client))
    for _time in range(2):
        page = client.get(path)
        assert (page.status_code, client.head(path).status_code) == (200, 200)
        assert "Is this your application?" in page.text
        assert "no-store" in page["Cache-Control"]
    assert not applications.waiting().exists()
    assert client.post(path, follow=True).redirect_chain == [(path, 303)]
    assert "Your application is being read" in client.get(path).text


def test_an_operator_approves_in_one_click_and_the_applicant_begins(
    client: Client, admin: Client
) -> None:
    application = apply(client)
    change = f"/admin/organizers/application/{application.pk}/change/"
    # Nobody reads what was not confirmed.
    assert "Riverside" not in admin.get("/admin/organizers/application/").text
    assert admin.get(change).status_code == 302
    assert admin.post(change, {"approve": "Approve"}).status_code == 403
    path = link(application)
    client.post(path)
    assert "Riverside Readers" in admin.get("/admin/organizers/application/").text
    page = admin.get(change)
    assert "Keep the libraries open." in page.text
    assert "Approved." in admin.post(change, {"approve": "Approve"}, follow=True).text
    assert "Decided already" in admin.post(change, {"approve": "Approve"}, follow=True).text
    assert [str(each) for each in LogEntry.objects.all()] == [
        f"Changed “application {application.pk}” — "
        "Approved. The applicant is told by e-mail how to begin."
    ]
    assert "You can begin" in client.get(path).text
    invited = client.post(path, follow=True)
    assert "Begin with" in invited.text
    begun = client.post(invited.redirect_chain[-1][0], NEWCOMER, follow=True)
    assert begun.redirect_chain[-1][0] == reverse("desk")
    member = Membership.objects.get()
    assert (member.organizer.email, member.role) == ("aino@riverside.example", Role.OWNER)
    assert "Your team has begun" in client.get(path).text
    assert client.post(path).status_code == 303


def test_declining_takes_a_reason(client: Client, admin: Client) -> None:
    application = apply(client)
    client.post(link(application))
    change = f"/admin/organizers/application/{application.pk}/change/"
    assert "Give a reason" in admin.post(change, {"decline": "", "reason": " "}, follow=True).text
    assert not LogEntry.objects.exists()
    admin.post(change, {"decline": "", "reason": "It names a private person."})
    page = client.get(link(application))
    assert "It names a private person." in page.text
    assert client.post(link(application)).status_code == 303
    assert not Team.objects.exists()


def test_organizers_who_run_no_site_decide_nothing(client: Client) -> None:
    application = apply(client)
    client.post(link(application))
    owner = person("known@riverside.example", "Known", Team.objects.create(name="A", slug="a"))
    client.force_login(owner)
    change = f"/admin/organizers/application/{application.pk}/change/"
    assert client.post(change, {"approve": ""}).status_code == 302
    owner.is_staff = True
    owner.save()
    assert client.post(change, {"approve": ""}).status_code == 403
    assert applications.waiting().exists()


def test_where_the_site_is_open_the_link_leads_to_the_account(
    client: Client, settings: Settings
) -> None:
    settings.OPEN_TO_ORGANIZERS = "on"
    application = apply(client)
    invited = client.post(link(application), follow=True)
    assert "Begin with" in invited.text
    # A second tab.
    again = client.post(link(application), follow=True)
    assert Team.objects.count() == 1
    assert client.get(invited.redirect_chain[-1][0]).status_code == 410
    client.post(again.redirect_chain[-1][0], NEWCOMER)
    assert Membership.objects.get().role == Role.OWNER


def test_where_nobody_may_apply_there_is_no_page_and_no_link(
    client: Client, settings: Settings
) -> None:
    assert 'href="/start/"' in client.get("/").text
    application = apply(client)
    settings.OPEN_TO_ORGANIZERS = "off"
    for path in ("/start/", "/start/sent/", "/ar/start/", link(application)):
        assert client.get(path).status_code == 404
    assert client.post("/start/", TYPED).status_code == 404
    assert client.post(link(application)).status_code == 404
    assert "/start/" not in client.get("/numbers/").text
    # What was let in before goes on.
    Application.objects.update(confirmed_at=timezone.now())
    assert client.get(link(application)).status_code == 200


def test_a_wrong_link_says_what_to_do(client: Client) -> None:
    page = client.get(reverse("application", args=["A" * 32]))
    assert page.status_code == 404
    assert "This link does not work" in page.text


def test_the_mail_is_in_the_language_of_the_page(client: Client) -> None:
    client.post("/ar/start/", TYPED)
    application = Application.objects.get()
    assert application.language == "ar"
    [message] = account_mail.build(AccountMail.objects.get())
    assert "/ar/start/key/" in str(message.body)

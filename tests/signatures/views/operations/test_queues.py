"""What waits, in the admin: for operators alone, and the same as Prometheus reads."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from pytest_django import Settings

from campaign.organizers.models import Organizer
from tests.signatures.factories import SALMA, open_letter, pending

pytestmark = pytest.mark.django_db
QUEUES = "/admin/queues/"


@pytest.fixture
def operator() -> Organizer:
    return Organizer.objects.create_superuser("root@letters.example", "a long enough password")


def test_operators_read_every_figure_of_the_metrics(client: Client, operator: Organizer) -> None:
    pending(open_letter(), SALMA)
    names = [
        line.split()[2]
        for line in client.get("/metrics").text.splitlines()
        if line.startswith("# TYPE") and line.endswith(" gauge")
    ]
    client.force_login(operator)
    page = client.get(QUEUES)
    assert page.status_code == 200
    # Limits stand there by their names, and nobody was refused.
    assert [each for each in names if each not in page.text] == ["undersigned_limit_refusals_today"]
    assert "no-store" in page["Cache-Control"]
    assert f'href="{QUEUES}"' in client.get("/admin/").text
    assert client.post(QUEUES).status_code == 405


def test_nobody_else_does(client: Client, operator: Organizer, settings: Settings) -> None:
    assert client.get(QUEUES).status_code == 302
    client.force_login(Organizer.objects.create_user("hana@letters.example"))
    assert client.get(QUEUES).status_code == 302
    client.force_login(operator)
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get(QUEUES).status_code == 302


def test_what_was_done_in_the_admin_is_read_and_never_changed(
    client: Client, operator: Organizer
) -> None:
    client.force_login(operator)
    client.post("/admin/operations/switchedoff/add/", {"feature": "pdf"})
    entry = LogEntry.objects.get()
    log = "/admin/admin/logentry/"
    assert "The letter with all names as PDF" in client.get(log).text
    assert client.get(f"{log}{entry.pk}/change/").status_code == 200
    assert client.post(f"{log}{entry.pk}/change/", {"object_repr": "x"}).status_code == 403
    assert client.post(f"{log}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{log}add/").status_code == 403

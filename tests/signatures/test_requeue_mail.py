from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from signatures.models import Delivery, DeliveryState
from tests.signatures.factories import BRIGID, SALMA, open_letter, sign

pytestmark = pytest.mark.django_db


def requeue(*arguments: str) -> str:
    output = StringIO()
    call_command("requeue_mail", *arguments, stdout=output)
    return output.getvalue().strip()


def test_failed_mail_is_owed_again_when_it_is_said_so() -> None:
    letter = open_letter()
    sign(letter, BRIGID)
    sign(letter, SALMA)
    now = timezone.now()
    Delivery.objects.update(state=DeliveryState.FAILED, sent_at=now, reply="554 5.7.1", refusals=12)
    since = (now - timedelta(minutes=1)).isoformat()

    assert requeue("--since", since) == (
        "2 to signers and 0 invitations would be owed again; add --yes to do it."
    )
    assert requeue("--since", since, "--reply", "550", "--yes").startswith("0 to signers")
    assert Delivery.objects.filter(state=DeliveryState.OWED).count() == 0
    assert requeue("--since", since, "--reply", "554", "--yes") == (
        "2 to signers and 0 invitations are owed again."
    )
    assert set(Delivery.objects.values_list("state", "refusals", "sent_at")) == {
        (DeliveryState.OWED, 0, None)
    }


@pytest.mark.parametrize("since", ["yesterday", "2026-13-45T00:00", ""])
def test_a_time_that_is_none_is_refused(since: str) -> None:
    with pytest.raises(CommandError):
        requeue("--since", since)

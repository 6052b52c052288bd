"""What tests begin with is what the site itself would have made."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models, transaction

from campaign.letters import publishing
from campaign.letters.models import Event, Letter, Text, Translation
from tests.signatures import factories

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SOON, LATER = datetime(2999, 3, 1, tzinfo=UTC), datetime(2999, 4, 1, tzinfo=UTC)


def rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    """All that is stored, in the order of writing, but for what names a row."""
    rows = [dict(row) for row in model._default_manager.order_by("pk").values()]
    for row in rows:
        for name in ("id", "letter_id", "text_id"):
            row.pop(name, None)
    return rows


def everything() -> list[list[dict[str, Any]]]:
    return [rows_of(model) for model in (Letter, Text, Translation, Event)]


@pytest.mark.django_db
@pytest.mark.parametrize("times", [{}, {"opens_at": SOON, "closes_at": LATER}])
def test_a_letter_that_is_open_has_the_rows_that_publishing_leaves(
    times: dict[str, Any], time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    factories.make_team()
    with transaction.atomic():
        publishing.publish(letter=factories.draft_letter(**times), now=NOW)
        as_published = everything()
        transaction.set_rollback(True)
    opened = factories.open_letter(**times)
    assert everything() == as_published
    assert Letter.objects.filter(pk=opened.pk).values().get() == {
        field.attname: getattr(opened, field.attname) for field in Letter._meta.concrete_fields
    }

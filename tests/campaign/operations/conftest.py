import pytest
from django.test import Client

from campaign.organizers.models import Organizer


@pytest.fixture
def admin(db: None) -> Client:
    """A site operator's browser."""
    client = Client()
    client.force_login(
        Organizer.objects.create_superuser("root@letters.example", "a long enough password")
    )
    return client

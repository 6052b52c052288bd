"""Whether an organizer may act: a password alone is not enough.

allauth asks for the second factor at every log-in of an account that has one; this is about
accounts that have none yet. Recovery codes are no factor of their own.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from campaign.organizers.models import Organizer


def is_missing(*, organizer: Organizer | AnonymousUser) -> bool:
    """Asks the database only where the setting asks for a second factor."""
    if not settings.REQUIRE_SECOND_FACTOR or not organizer.is_authenticated:
        return False
    factors = Authenticator.objects.filter(
        user_id=organizer.pk, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    )
    return not factors.exists()

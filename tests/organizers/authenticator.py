"""An authenticator app, as organizers have one on their phones."""

import time

from allauth.mfa.totp.internal import auth as totp

_PERIOD_SECONDS = 30
# What a busy machine may take until the code has arrived.
_MIN_SECONDS_LEFT = 10


def code_of(secret: str) -> str:
    """The code that is shown now. As people do, it waits for the next one where this one is about
    to go."""
    left = _PERIOD_SECONDS - time.time() % _PERIOD_SECONDS
    if left < _MIN_SECONDS_LEFT:
        time.sleep(left)
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))

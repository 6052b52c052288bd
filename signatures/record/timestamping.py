"""A time-stamp of the site's log by somebody else's clock (RFC 3161).

Stamped is the latest site checkpoint as the site alone signed it, at most once an hour; also when
nothing was written since, so that the last lines of a letter that falls silent get theirs. The
token shows that all letters' records up to there existed by then, whatever becomes of our key.
"""

from datetime import datetime, timedelta
from pathlib import Path

import requests
import structlog
from cryptography import x509
from django.conf import settings
from django.utils import timezone
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from signatures.models import SiteCheckpoint
from signatures.record import site_log

log = structlog.get_logger(__name__)

STAMP_EVERY = timedelta(hours=1)
_SECONDS = 10
_MAX_ANSWER_BYTES = 64 * 1024
_MAX_REASON_LETTERS = 300


def stamp() -> bool:
    """Have the latest site checkpoint stamped if it is time; True if a token came and fits.

    Safe to repeat. Nothing happens without a service, or within an hour of the last stamp.
    """
    if not settings.TIMESTAMP_URL:
        return False
    latest, last = site_log.latest(), site_log.latest_stamped()
    if latest is None or latest.timestamp is not None:
        return False
    if last and last.stamped_at and timezone.now() < last.stamped_at + STAMP_EVERY:
        return False
    try:
        token, stamped_at = _ask(site_log.own_note(latest).encode())
    except requests.RequestException as error:
        # Without its words: they hold the address, and that may hold a password.
        log.warning("timestamp_failed", error=type(error).__name__)
        return False
    except (VerificationError, ValueError) as error:
        log.warning(
            "timestamp_failed", error=type(error).__name__, why=str(error)[:_MAX_REASON_LETTERS]
        )
        return False
    unstamped = SiteCheckpoint.objects.filter(pk=latest.pk, timestamp=None)
    return bool(unstamped.update(timestamp=token, stamped_at=stamped_at))


def trusted_roots() -> list[x509.Certificate]:
    """Whose stamps are taken; PEM, one or more. Raises OSError and ValueError."""
    return x509.load_pem_x509_certificates(Path(settings.TIMESTAMP_ROOTS).read_bytes())


def _ask(message: bytes) -> tuple[bytes, datetime]:
    """The token, and the time that it tells."""
    request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = requests.post(
        settings.TIMESTAMP_URL,
        data=request.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
        timeout=_SECONDS,
        allow_redirects=False,
        stream=True,
    )
    answer.raise_for_status()
    raw = answer.raw.read(_MAX_ANSWER_BYTES, decode_content=True)
    response: TimeStampResponse = decode_timestamp_response(raw)
    builder = VerifierBuilder.from_request(request)
    for root in trusted_roots():
        builder = builder.add_root_certificate(root)
    if not builder.build().verify_message(response, message):
        raise VerificationError("the stamp is of something else")
    made = response.tst_info.gen_time
    if abs(made - timezone.now()) > STAMP_EVERY:
        raise VerificationError("the stamp tells another time")
    return response.as_bytes(), made.replace(microsecond=0)

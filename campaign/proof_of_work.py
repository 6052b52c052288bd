"""A little computing that a browser does by itself, in the format of ALTCHA: one person does not
notice it, and a script has to do it each time.

A challenge is signed and nowhere stored; it names what it is for, runs out, and is used once. The
library knows of no use, so which were used is kept in the shared cache until they run out. Without
that cache they would be good for several times: open, as limits are.
"""

import base64
import json
from datetime import datetime, timedelta

import altcha
from django.core.cache import cache

from campaign.keyed_hash import Purpose, keyed_hash, keyed_hashes

# Time to look over what was typed, on a slow phone. Used ones are remembered for longer.
GOOD_FOR = timedelta(minutes=20)
# About a second on a laptop, some on an old phone: 256 tries on average, each of so many rounds.
# The browser's own PBKDF2 is as fast as anybody's, so a script gains little by being native code.
_ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 2000
_PREFIX = "00"
_MAX_LETTERS = 4000


def challenge(*, about: str, now: datetime) -> str:
    """JSON for `static/js/proof-of-work.js`."""
    made = altcha.create_challenge(
        _ALGORITHM,
        ROUNDS,
        key_prefix=_PREFIX,
        expires_at=now + GOOD_FOR,
        data={"about": about},
        hmac_secret=keyed_hash(Purpose.PROOF_OF_WORK),
    )
    return json.dumps(made.to_dict())


def is_solved(answer: str, *, about: str) -> bool:
    """Whether this solves a challenge of ours about the same, in time, and for the first time."""
    if not answer or len(answer) > _MAX_LETTERS or not answer.isascii():
        return False
    if not any(_is_valid(answer, key) for key in keyed_hashes(Purpose.PROOF_OF_WORK)):
        return False
    # As we signed it.
    parameters = json.loads(base64.b64decode(answer))["challenge"]["parameters"]
    if parameters["data"] != {"about": about}:
        return False
    seconds = 2 * int(GOOD_FOR.total_seconds())
    return cache.add(f"proof-of-work:{parameters['nonce']}", 1, timeout=seconds)


def _is_valid(answer: str, key: bytes) -> bool:
    return altcha.verify_solution(answer, key).verified

"""Spelling stored names in Latin letters where older code wrote them without.

A name that is not spelled yet is found as it is written, and only so.
"""

import time

from django.db import transaction

from signatures.models import Signature
from signatures.names.latin_key import latin_key

BATCH_ROWS = 1000
RUN_SECONDS = 20.0


def spell_names() -> int:
    """Go on for some seconds; how many were spelled. Safe to run in two places."""
    until = time.monotonic() + RUN_SECONDS
    spelled = 0
    while time.monotonic() < until and (done := _spell_batch()):
        spelled += done
    return spelled


def _spell_batch() -> int:
    rows = Signature.objects.filter(name_latin=None).order_by("pk").values_list("pk", "name")
    with transaction.atomic():
        # Who changes their name meanwhile has it spelled by that change, or by the next batch.
        return sum(
            Signature.objects.filter(pk=pk, name=name, name_latin=None).update(
                name_latin=latin_key(name)
            )
            for pk, name in rows[:BATCH_ROWS]
        )

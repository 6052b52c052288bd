"""Letters and signatures to measure with: invented, and written in bulk."""

import itertools
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaign.letters.drafting import create_letter
from campaign.letters.models import Event, EventKind, Letter, Translation
from campaign.letters.publishing import publish
from campaign.organizers.models import Team
from signatures.addresses import email_key
from signatures.details import Details
from signatures.models import Signature, SignatureState
from signatures.names.folding import search_key
from signatures.names.latin_key import latin_key
from signatures.record.format.commitment import fresh_salt
from signatures.record.sequencer import sequence
from signatures.signing import new_public_id

GIVEN = "Ada Ben Chidi Dalia Emre Farah Goran Hana Igor Jun Kofi Lena Mei Noor Omar Pia Quy Rosa"
FAMILY = "Abara Berg Castro Diallo Ersoy Fischer Garcia Haddad Ito Jensen Kovács Lindqvist Moreau"
PROFESSIONS = ("author", "actor", "musician", "painter", "translator", "photographer")
COUNTRIES = ("DE", "FR", "GB", "JP", "BR", "EG", "US", "IN")
_FIRST_NAMES, _LAST_NAMES = GIVEN.split(), FAMILY.split()
_PARAGRAPH = (
    "A figure without its conditions is an *opinion*. We ask that each comes with the machine, the "
    "load and the thing that it is compared with, and that whoever doubts it can measure it again. "
    "**Nobody should have to believe us.** What was slow is told with what was fast, and what was "
    "not measured is not told at all; the rest is patience, and a second run to be sure of it."
)
# PostgreSQL takes 65,535 parameters in a statement, and a signature has more than thirty columns.
_BULK = 1000
_serial = itertools.count(1)


def published_letter() -> Letter:
    """A letter of its own for each measurement, as long as most are."""
    number = next(_serial)
    team = Team.objects.create(name=f"Team {number}", slug=f"team-{number}")
    letter = create_letter(
        team=team,
        slug=f"measured-{number}",
        language="en",
        title="Measure before you promise",
        addressee="To all who publish figures",
        body="\n\n".join([_PARAGRAPH] * 8),
        opens_at=None,
        closes_at=None,
    )
    publish(letter=letter, now=timezone.now())
    letter.refresh_from_db()
    sequence(letter_id=letter.pk)
    return letter


def details(number: int) -> Details:
    chance = random.Random(number)
    name = f"{chance.choice(_FIRST_NAMES)} {chance.choice(_LAST_NAMES)}"
    return Details(
        name=name,
        profession=chance.choice(PROFESSIONS),
        country=chance.choice(COUNTRIES),
        consent_publish=number % 10 != 0,
    )


def pending(letter: Letter, count: int) -> list[Signature]:
    """Signatures that wait for their confirmation."""
    translation = Translation.objects.get(text__letter=letter, is_authoritative=True)
    now = timezone.now()
    made = []
    for start in range(0, count, _BULK):
        rows = []
        for number in range(start, min(start + _BULK, count)):
            each = details(number)
            email = f"pending-{number}@letters-bench.org"
            rows.append(
                Signature(
                    letter=letter,
                    translation=translation,
                    version=translation.text.number,
                    public_id=new_public_id(),
                    email=email,
                    email_key=email_key(email),
                    name=each.name,
                    name_key=search_key(each.name),
                    name_latin=latin_key(each.name),
                    profession=each.profession,
                    country=each.country,
                    kind=each.kind,
                    language="en",
                    consent_publish=each.consent_publish,
                    consent_version="bench",
                    consented_at=now,
                    salt=fresh_salt(),
                    nonce=secrets.token_bytes(8),
                    created_at=now,
                    asked_at=now,
                )
            )
        made += Signature.objects.bulk_create(rows)
    _tidy()
    return made


def signed(letter: Letter, count: int) -> None:
    """Confirmed signatures, through the events and the sequencer, so that counts are true."""
    for signature in pending(letter, count):
        signature.state = SignatureState.CONFIRMED
    Signature.objects.filter(letter=letter).update(
        state=SignatureState.CONFIRMED, level=1, confirmed_at=timezone.now() - timedelta(days=1)
    )
    confirmation_events(letter)
    while sequence(letter_id=letter.pk):
        pass
    _tidy()


def confirmation_events(letter: Letter) -> int:
    """An event for each confirmed signature that has no number yet; how many."""
    sha256 = Translation.objects.get(text__letter=letter, is_authoritative=True).sha256
    rows = Signature.objects.filter(
        letter=letter, state=SignatureState.CONFIRMED, number__isnull=True
    ).order_by("pk")
    events = [
        Event(
            letter=letter,
            kind=EventKind.SIGN,
            signature_id=each.pk,
            public_id=each.public_id,
            level=each.level,
            text_sha256=sha256,
            commitment=Details.of(each).commitment(salt=bytes(each.salt)),
            after=each.tally_key,
        )
        for each in rows.iterator()
    ]
    Event.objects.bulk_create(events, batch_size=_BULK)
    return len(events)


def many_signed(letter: Letter, count: int, *, hears_news: bool = False) -> None:
    """A list of a million without its record: PostgreSQL makes it of a few names by itself.

    For reading only; the tally of such a letter is not true.
    """
    translation = Translation.objects.get(text__letter=letter, is_authoritative=True)
    with connection.cursor() as cursor, _indexes_at_the_end(cursor, "signatures_signature"):
        cursor.execute(
            """
            INSERT INTO signatures_signature (letter_id, translation_id, version, public_id,
                state, level, number, email, email_key, name, name_key, name_latin, profession,
                country, credit, affiliation, kind, language, consent_publish, consent_updates,
                consent_version, consented_at, revision, salt, nonce, code_tries, created_at,
                asked_at, confirmed_at)
            SELECT %s, %s, %s, substr(encode(sha256(('p' || %s || '-' || n)::bytea), 'hex'), 1, 22),
                'confirmed', CASE WHEN n %% 500 = 1 THEN 4 WHEN n %% 50 = 2 THEN 3
                    WHEN n %% 5 = 3 THEN 2 ELSE 1 END, n, 'listed-' || n || '@letters-bench.org',
                sha256(('e' || n)::bytea), name, lower(name),
                CASE WHEN n %% 20 = 3 THEN ' ' || lower(name) || ' ' ELSE '' END,
                CASE kind WHEN 'person' THEN (%s::text[])[1 + n %% %s] ELSE '' END,
                (%s::text[])[1 + (n * 7) %% %s], '', '', kind, 'en',
                true, %s, 'bench', now(),
                1, sha256(('s' || n)::bytea), '\\x0011223344556677', 0, now(), now(), now()
            FROM (
                SELECT n, CASE WHEN n %% 100 = 7 THEN 'organisation' ELSE 'person' END AS kind,
                    (%s::text[])[1 + (hashint4(n) & 1023) %% %s] || ' '
                    || substr(md5(n::text), 1, 5) || (%s::text[])[1 + (n / 3) %% %s] AS name
                FROM generate_series(1, %s) AS n
            ) AS people
            """,
            [
                *(letter.pk, translation.pk, translation.text.number, letter.pk),
                *(list(PROFESSIONS), len(PROFESSIONS), list(COUNTRIES), len(COUNTRIES)),
                hears_news,
                *(_FIRST_NAMES, len(_FIRST_NAMES), _LAST_NAMES, len(_LAST_NAMES), count),
            ],
        )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO signatures_breakdown
                (letter_id, version, kind, level, profession, country, is_anonymous, count)
            SELECT letter_id, version, kind, level, profession, country, false, count(*)
            FROM signatures_signature WHERE letter_id = %s
            GROUP BY letter_id, version, kind, level, profession, country
            """,
            [letter.pk],
        )
    _tidy()


@contextmanager
def _indexes_at_the_end(cursor: CursorWrapper, table: str) -> Iterator[None]:
    """Make the table's indexes anew after it was filled: row by row, ten million take hours.

    What is to be unique is so afterwards, or the index cannot be made. The primary key stays, since
    other tables point to it.
    """
    cursor.execute(
        """
        SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = %(table)s::regclass
          AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
        UNION ALL
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
            format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype = 'u'
        """,
        {"table": table},
    )
    indexes = cursor.fetchall()
    for drop, _make in indexes:
        cursor.execute(drop)
    yield
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for _drop, make in indexes:
        cursor.execute(make)
    cursor.execute("RESET maintenance_work_mem")


def _tidy() -> None:
    """As autovacuum would have done by the time that such a table is in use."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE signatures_signature")
        cursor.execute("CHECKPOINT")

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, transaction
from django.db.utils import ConnectionHandler

from campaign import database
from campaign.letters import drafting
from campaign.letters.models import Event, EventKind, Translation
from campaign.organizers.models import Team
from tests.concurrency import while_uncommitted
from tests.signatures.factories import draft_letter, open_letter, translation_of

pytestmark = pytest.mark.django_db

FIRST = "INSERT INTO organizers_team (name, slug) VALUES (%s, %s) RETURNING id, slug"
NONE = "UPDATE organizers_team SET name = %s WHERE slug = %s RETURNING id, slug"
THEN = """
    INSERT INTO letters_event
        (letter_id, kind, public_id, text_sha256, commitment, before, after)
    SELECT id, %s, slug, '', '', '', '' FROM written
"""


def _write(
    *, first: str = FIRST, slug: str = "guild", kind: str = "text"
) -> tuple[Any, ...] | None:
    return database.write_then_insert(
        first=first,
        first_params=("The Guild", slug),
        columns=("id", "slug"),
        then=THEN,
        params=(kind,),
    )


def _written() -> tuple[list[str], list[str]]:
    return (
        list(Team.objects.order_by("pk").values_list("slug", flat=True)),
        list(Event.objects.order_by("pk").values_list("public_id", flat=True)),
    )


def test_both_are_written_and_the_row_comes_back() -> None:
    row = _write()

    assert row == (Team.objects.get().pk, "guild")
    assert _written() == (["guild"], ["guild"])
    assert Event.objects.get().letter_id == Team.objects.get().pk


def test_when_the_first_touches_nothing_neither_does_the_second() -> None:
    assert _write(first=NONE) is None

    assert _written() == ([], [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("slug", "kind", "error"),
    [
        # The second breaks a constraint, or does not fit its column.
        ("guild", "nonsense", IntegrityError),
        ("g" * 40, "text", DataError),
        # The first does.
        ("taken", "text", IntegrityError),
    ],
)
def test_neither_is_written_when_either_fails(slug: str, kind: str, error: type[Exception]) -> None:
    Team.objects.create(name="There Before", slug="taken")

    with pytest.raises(error):
        _write(slug=slug, kind=kind)

    assert _written() == (["taken"], [])


def test_it_is_undone_with_the_transaction_around_it() -> None:
    with transaction.atomic():
        _write()
        transaction.set_rollback(True)

    assert _written() == ([], [])


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time_holds_a_letter() -> None:
    def hold(letter_id: int) -> bool:
        with transaction.atomic():
            return database.try_lock_letter(letter_id=letter_id)

    answers = while_uncommitted(
        lambda: [database.try_lock_letter(letter_id=7), database.try_lock_letter(letter_id=7)],
        lambda: [hold(7), hold(8), hold(2**31 + 8), hold(2**62)],
    )

    # Held again by who holds it; others are held by anyone.
    assert answers == [[True, True], [False, True, True, True]]
    assert hold(7)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "For work that is theirs"},
        {"addressee": ""},
        {"body": "Something else."},
        {"language": "fr"},
        {"is_authoritative": False},
        {"sha256": "0" * 64},
        {"sha256": ""},
        {"text_id": 4_000_000},
    ],
)
def test_a_published_translation_cannot_be_altered(change: dict[str, Any]) -> None:
    translation = translation_of(open_letter())
    before = Translation.objects.filter(pk=translation.pk).values().get()

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Translation.objects.filter(pk=translation.pk).update(**change)

    assert Translation.objects.filter(pk=translation.pk).values().get() == before


def test_raw_sql_cannot_alter_it_either() -> None:
    translation = translation_of(open_letter())

    with (
        pytest.raises(IntegrityError, match="frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE letters_translation SET body = body || '!'")

    assert translation_of(translation.text.letter).body == translation.body


def _delete(translation: Translation) -> None:
    Translation.objects.filter(pk=translation.pk).delete()


def _delete_with_its_language(_translation: Translation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM letters_translation WHERE language = 'en'")


@pytest.mark.parametrize("remove", [_delete, _delete_with_its_language])
def test_a_published_translation_stays(remove: Callable[[Translation], None]) -> None:
    translation = translation_of(open_letter())
    before = list(Translation.objects.order_by("pk").values())

    with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
        remove(translation)

    assert list(Translation.objects.order_by("pk").values()) == before


def _empty_all_tables() -> None:
    """What `manage.py flush` does: TRUNCATE on PostgreSQL, DELETE on SQLite."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_nor_is_it_emptied_away_with_all_tables() -> None:
    open_letter()
    before = list(Translation.objects.order_by("pk").values())

    with pytest.raises(IntegrityError, match="kept"):
        _empty_all_tables()

    assert list(Translation.objects.order_by("pk").values()) == before


def test_sqlite_forbids_the_same() -> None:
    other = ConnectionHandler(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )["default"]
    when = "OLD.sha256 <> ''"
    with other.schema_editor() as editor:
        editor.execute("CREATE TABLE texts (body text, sha256 text, place integer)")
        database.forbid_change(editor, table="texts", columns=("body", "sha256"), when=when)
        database.forbid_removal(editor, table="texts", when=when)
    try:
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO texts VALUES ('draft', '', 1), ('published', 'ab', 2)")
            for statement, told in (
                ("UPDATE texts SET body = 'else'", "frozen"),
                ("UPDATE texts SET sha256 = ''", "frozen"),
                ("DELETE FROM texts", "kept"),
                ("DELETE FROM texts WHERE body = 'published'", "kept"),
            ):
                with pytest.raises(IntegrityError, match=told):
                    cursor.execute(statement)
            cursor.execute("UPDATE texts SET place = 3")
            cursor.execute("DELETE FROM texts WHERE sha256 = ''")
            cursor.execute("SELECT * FROM texts")
            assert cursor.fetchall() == [("published", "ab", 3)]
    finally:
        other.close()


def test_a_draft_goes() -> None:
    published = translation_of(open_letter())
    text = drafting.start_revision(letter=published.text.letter)

    assert Translation.objects.filter(text=text).delete()[0] == 2
    assert not Translation.objects.filter(sha256="").exists()


def test_writing_the_same_again_is_no_change() -> None:
    translation = translation_of(open_letter())

    translation.save()

    assert translation.hash_of_source() == translation.sha256


def test_a_draft_can_be_altered() -> None:
    letter = draft_letter()

    changed = Translation.objects.filter(text__letter=letter).update(body="Another body.")

    assert changed == 2


def test_only_a_letters_own_events_have_a_kind_we_know() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(letter_id=1, kind="applause")
    assert Event(letter_id=1, kind=EventKind.CLOSE).kind == "close"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite waits always")
@pytest.mark.django_db(transaction=True)
def test_only_the_statement_that_need_not_wait_for_the_disk_does_not() -> None:
    answers = []
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        for keep_open in (True, False):
            with transaction.atomic() if keep_open else nullcontext():
                cursor.execute(f"SELECT 1 WHERE TRUE {database.without_waiting_for_disk()}")
                cursor.execute("SHOW synchronous_commit")
                answers.append(cursor.fetchone()[0])
        cursor.execute("RESET synchronous_commit")

    assert answers == ["off", "on"]

"""The list as a file: the same on either engine, and never a row that the page would not show."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg.pq import TransactionStatus

from campaign import database
from campaign.letters.models import Letter
from campaign.letters.texts import published_texts
from signatures import withdrawal
from signatures.errors import TooSlow
from signatures.listing import queries
from signatures.listing.proof_text import all_in_cell
from signatures.listing.queries import Filters
from signatures.models import (
    Authority,
    Kind,
    Level,
    Notable,
    Profession,
    Proof,
    ProofState,
    Signature,
)
from signatures.names import countries
from signatures.press import csv_download, downloads, json_download
from signatures.verification.levels import level_of
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    make_organizer,
    open_letter,
    pending,
    publish_version,
    someone,
)
from tests.signatures.views.visitors import NAUGHTY

ALL = Filters()
WHEN = datetime(2026, 10, 12, 14, 5, tzinfo=UTC)


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


def proved(signature: Signature, method: str, subject: str = "", **more: Any) -> Proof:
    more.setdefault("proved_at", WHEN)
    if method in ("vetting", "call_back"):
        email = f"vetter{Proof.objects.count()}@open-stage.example"
        more["organizer"] = make_organizer(team=signature.letter.team, email=email)
    proof = Proof.objects.create(
        **({"signature": signature, "method": method, "subject": subject} | more),
        **({} if "state" in more else {"state": ProofState.STANDING}),
        started_at=WHEN,
    )
    level = max(level_of(proof), signature.level)
    Signature.objects.filter(pk=signature.pk).update(level=level)
    signature.level = level
    return proof


def everything(letter: Letter) -> list[Signature]:
    """A list with somebody of every kind, and with every sort of proof."""
    tricky = someone(1, credit='"Ink", said she', affiliation="=1+1")
    rows = listed(letter, BRIGID, SALMA, WIKTOR, MEI, GUILD, QUIET, tricky)
    proved(rows[0], "website", "www.quayside.example", private="secret of hers")
    proved(rows[0], "domain", "quayside.example")
    proved(rows[0], "work_email", "quayside.example", private="brigid@quayside.example")
    proved(rows[1], "domain", "xn--mgbh0fb.example")
    proved(rows[1], "vetting")
    proved(
        *(rows[2], "website", "latarnia.example"),
        state=ProofState.LAPSING,
        lapses_at=WHEN.replace(day=26),
    )
    url = "https://stage.example/@mei"
    proved(rows[3], "account", "@mei", provider="Stage", profile_url=url)
    proved(rows[3], "account", "@mei", provider="Sound", state=ProofState.REVOKED)
    proved(rows[4], "roster", 'Society "of" Arts, East')
    proved(rows[4], "vouched")
    proved(rows[4], "call_back", private="+64 3 555 0199")
    proved(rows[4], "domain", "guild.example")
    signed_by(rows[4], "=Tui", 'Chair, "East"')
    return rows


def signed_by(signature: Signature, name: str, role: str) -> None:
    Authority.objects.create(signature=signature, name=name, role=role, stated_at=WHEN)


def file(letter: Letter, lines: downloads.Lines, filters: Filters = ALL) -> bytes:
    download = downloads.open_download(letter=letter, filters=filters, lines=lines)
    try:
        return b"".join(download)
    finally:
        download.close()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where there is no COPY."""

    def without(*, otherwise: Any, **_rest: Any) -> Iterator[bytes]:
        yield from otherwise()

    monkeypatch.setattr(database, "copy_out", without)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("lines", [csv_download.lines, json_download.lines], ids=["csv", "json"])
def test_copy_writes_the_bytes_that_python_would(
    letter: Letter, monkeypatch: pytest.MonkeyPatch, lines: downloads.Lines, language: str
) -> None:
    everything(letter)
    with translation.override(language):
        copied = file(letter, lines)
        one_by_one(monkeypatch)
        assert file(letter, lines) == copied


@pytest.mark.parametrize("first", [False, True])
def test_each_row_of_the_csv_tells_what_the_page_does(letter: Letter, first: bool) -> None:
    signed = everything(letter)
    if first:
        # The third is not vetted, and so not named first for now.
        for place, row in enumerate((signed[4], signed[2], signed[1])):
            Notable.objects.create(letter=letter, signature=row, place=place, pinned_at=WHEN)
    header, *rows = table(file(letter, csv_download.lines))
    assert header == csv_download.header()
    shown = queries.with_proofs(list(queries.listed(letter=letter).order_by("number")))
    names = countries.names("en")
    expected = []
    for each in shown:
        row, number = each.row, each.row.number
        level = row.get_level_display()
        is_person = row.kind == Kind.PERSON
        told = [
            *(str(number), row.name),
            *((row.get_profession_display(), row.profession) if is_person else ("", "")),
            *(names[row.country], row.country),
            *(row.credit, row.affiliation, row.get_kind_display(), level),
            f"{row.confirmed_at:%Y-%m-%d}",
            *("1", row.translation.language, row.translation.sha256),
            {5: "1", 2: "2"}.get(number or 0, "") if first else "",
            f"http://127.0.0.1:8000/letters/{letter.slug}/signatories/{number}/",
            *(row.public_id, all_in_cell(each.proofs)),
            '=Tui, Chair, "East"' if row.kind == Kind.ORGANISATION else "",
        ]
        expected.append([f"'{cell}" if cell.startswith("=") else cell for cell in told])
    assert rows == expected
    assert [row[-2] for row in rows] == [
        "controls quayside.example (a mark on the site), 2026-10-12; "
        "controls quayside.example (a DNS record), 2026-10-12; "
        "has an e-mail address at quayside.example, 2026-10-12",
        "controls مثال.example (xn--mgbh0fb.example) (a DNS record), 2026-10-12; "
        "vetted by the organizers, 2026-10-12",
        "showed control of latarnia.example (a mark on the site), 2026-10-12 "
        "(not found since; taken off on 2026-10-26 unless it returns)",
        "account @mei at Stage, 2026-10-12",
        'member of Society "of" Arts, East, by a list that the organizers uploaded, 2026-10-12; '
        "vouched for by two signatories, 2026-10-12; "
        "confirmed by a call from the organizers, 2026-10-12; "
        "controls guild.example (a DNS record), 2026-10-12",
        "",
    ]


def test_the_csv_begins_with_a_bom_and_ends_its_lines_as_the_rfc_says(letter: Letter) -> None:
    listed(letter, BRIGID, MEI)
    content = file(letter, csv_download.lines)
    assert content.startswith(b"\xef\xbb\xbfNumber,Name,")
    assert content.count(b"\r\n") == content.count(b"\n") == 3


def test_the_header_and_the_words_are_of_the_language(letter: Letter) -> None:
    listed(letter, SALMA)
    with translation.override("ar"):
        header, row = table(file(letter, csv_download.lines))
        assert (header, row[2]) == (csv_download.header(), str(Profession.POET.label))
        assert row[3:6] == ["poet", countries.names("ar")["LB"], "LB"]
        assert row[9] == str(Level.CONFIRMED.label)
    assert header != csv_download.header()


def test_a_file_in_arabic_leads_to_arabic_pages_and_keeps_handles_together(
    letter: Letter,
) -> None:
    [row] = listed(letter, SALMA)
    proved(row, "account", "@salma", provider="Stage", profile_url="https://stage.example/@salma")
    with translation.override("ar"):
        [_header, found] = table(file(letter, csv_download.lines))
    assert found[15] == f"http://127.0.0.1:8000/ar/letters/{letter.slug}/signatories/1/"
    assert "\u200e@salma" in found[17]
    assert f"{WHEN:%Y-%m-%d}" in found[17]


LEADS = [
    *"=+-@\t\r\n＝＋－＠",
    *(space + sign for space in (" ", "  ", "\t", "\u00a0", "\u3000", " \n") for sign in "=+-@＝"),
]


@pytest.mark.parametrize("lead", LEADS, ids=[f"{lead!a}" for lead in LEADS])
def test_no_cell_is_a_formula(letter: Letter, monkeypatch: pytest.MonkeyPatch, lead: str) -> None:
    cell = f'{lead}HYPERLINK("https://x.example")'
    [row] = listed(letter, BRIGID)
    Signature.objects.filter(pk=row.pk).update(name=cell, credit=cell, affiliation=cell)
    content = file(letter, csv_download.lines)
    [_header, found] = table(content)
    assert [found[1], found[6], found[7]] == [f"'{cell}"] * 3
    one_by_one(monkeypatch)
    assert file(letter, csv_download.lines) == content


@pytest.mark.parametrize("cell", ["a=b", "'t Hooft", "A-ha", "سلمى", "Ω+1", "1. FC", "(x)", "_"])
def test_other_cells_stay_as_they_are(letter: Letter, cell: str) -> None:
    [row] = listed(letter, BRIGID)
    Signature.objects.filter(pk=row.pk).update(name=cell)
    assert table(file(letter, csv_download.lines))[1][1] == cell


def _typed(least: int) -> st.SearchStrategy[str]:
    anything = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(anything, min_size=least, max_size=60)


# Who is shown has a name.
@given(texts=st.tuples(_typed(1), _typed(0), _typed(0)))
@hypothesis_settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_text_breaks_a_file(letter: Letter, texts: tuple[str, str, str]) -> None:
    if not queries.listed(letter=letter).exists():
        listed(letter, BRIGID)
    name, credit, affiliation = texts
    Signature.objects.update(name=name, credit=credit, affiliation=affiliation)
    with pytest.MonkeyPatch.context() as patch:
        written = [file(letter, lines) for lines in (csv_download.lines, json_download.lines)]
        one_by_one(patch)
        again = [file(letter, lines) for lines in (csv_download.lines, json_download.lines)]
    assert again == written
    row = table(written[0])[1]
    assert [cell.removeprefix("'") for cell in (row[1], row[6], row[7])] == [
        text.removeprefix("'") for text in texts
    ]
    [told] = json.loads(written[1])["signatories"]
    assert (told["name"], told["credit"], told["affiliation"]) == texts


def test_the_json_is_one_object_with_a_signatory_a_line(letter: Letter) -> None:
    rows = everything(letter)
    content = file(letter, json_download.lines)
    told = json.loads(content)
    assert list(told) == [
        *(
            "letter",
            "page",
            "source",
            "terms",
            "texts",
            "as_of",
            "size",
            "root",
            "total",
            "versions",
        ),
        *("filters", "listed", "signatories"),
    ]
    assert (told["letter"], told["listed"], told["total"]) == (letter.slug, 6, 7)
    assert [text["id"] for text in told["texts"]] == ["1.en", "1.ar"]
    assert len(content.splitlines()) == 6 + 2
    assert told["signatories"][0] == {
        "id": rows[0].public_id,
        "number": 1,
        "name": "Brigid O’Malloran",
        "kind": "person",
        "profession": "author",
        "country": "IE",
        "credit": "The Salt Ledger",
        "affiliation": "",
        "level": 2,
        "confirmed_on": f"{rows[0].confirmed_at:%Y-%m-%d}",
        "text": "1.en",
        "text_version": 1,
        "text_language": "en",
        "text_sha256": rows[0].translation.sha256,
        "signed_by": None,
        "proofs": [
            {
                "method": "website",
                "subject": "quayside.example",
                "provider": "",
                "url": "",
                "proved_on": "2026-10-12",
                "held_until": None,
                "in_words": "controls quayside.example (a mark on the site), 12 Oct 2026",
            },
            {
                "method": "domain",
                "subject": "quayside.example",
                "provider": "",
                "url": "",
                "proved_on": "2026-10-12",
                "held_until": None,
                "in_words": "controls quayside.example (a DNS record), 12 Oct 2026",
            },
            {
                "method": "work_email",
                "subject": "quayside.example",
                "provider": "",
                "url": "",
                "proved_on": "2026-10-12",
                "held_until": None,
                "in_words": "has an e-mail address at quayside.example, 12 Oct 2026",
            },
        ],
    }
    assert told["signatories"][1]["text"] == "1.ar"
    assert told["signatories"][4]["profession"] is None


def test_nothing_that_is_not_shown_is_in_a_file(letter: Letter) -> None:
    rows = everything(letter)
    withdrawal.withdraw(signature=rows[3])
    waiting = [pending(letter, someone(11)), confirmed(letter, someone(12))]
    for lines in (csv_download.lines, json_download.lines):
        content = file(letter, lines).decode()
        hidden = [QUIET.details.name, MEI.details.name, "secret of hers", "+64 3 555 0199", "Sound"]
        hidden += [each.name for each in waiting] + [each.email for each in rows]
        assert [each for each in hidden if each in content] == []


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(q="malloran brigid"), ["Brigid O’Malloran"]),
        (Filters(profession="poet"), ["سلمى الزيتوني"]),
        (Filters(country="PL", level=1), []),
        (Filters(level=4), ["Guild of Lampwrights"]),
        (Filters(kind="organisation"), ["Guild of Lampwrights"]),
        (Filters(version=1, country="PL"), ["Wiktor Żółcik"]),
        (Filters(version=2), []),
        (Filters(q="%"), []),
        (Filters(q="nobody"), []),
    ],
)
def test_a_filtered_file_has_the_names_of_the_filtered_page(
    letter: Letter, filters: Filters, names: list[str]
) -> None:
    everything(letter)
    told = json.loads(file(letter, json_download.lines, filters))
    assert [row["name"] for row in told["signatories"]] == names
    assert told["listed"] == len(names)
    assert [row[1] for row in table(file(letter, csv_download.lines, filters))[1:]] == names


def test_each_is_told_with_the_text_that_was_signed(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA)
    publish_version(letter, title="Take what you like")
    listed(letter, WIKTOR)
    first, second = published_texts(letter=letter).order_by("number")
    signed = [
        (each.text.number, each.language, each.sha256)
        for each in (
            *first.translations.order_by("-language"),
            second.translations.get(language="en"),
        )
    ]
    told = json.loads(file(letter, json_download.lines))
    assert [
        (row["text_version"], row["text_language"], row["text_sha256"])
        for row in told["signatories"]
    ] == signed
    assert told["versions"] == [{"version": 1, "total": 2}, {"version": 2, "total": 1}]
    rows = table(file(letter, csv_download.lines))[1:]
    assert [(int(row[11]), row[12], row[13]) for row in rows] == signed
    later = json.loads(file(letter, json_download.lines, Filters(version=2)))
    assert [row["name"] for row in later["signatories"]] == ["Wiktor Żółcik"]


def test_an_older_id_that_begins_as_a_formula_is_guarded(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = listed(letter, BRIGID, SALMA)
    ids = ["-9vHh0bqM1nVb0m0m6m0bZ", "_9vHh0bqM1nVb0m0m6m0bZ"]
    for row, public_id in zip(rows, ids, strict=True):
        Signature.objects.filter(pk=row.pk).update(public_id=public_id)
    content = file(letter, csv_download.lines)
    assert [row[16] for row in table(content)[1:]] == [f"'{ids[0]}", ids[1]]
    one_by_one(monkeypatch)
    assert file(letter, csv_download.lines) == content


def test_semicolons_separate_the_same_cells(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(letter)
    Signature.objects.filter(number=1).update(credit="Ink; salt, and ash", affiliation=";=1")
    lines = partial(csv_download.lines, separator=";")
    content = file(letter, lines)
    read = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert list(read) == table(file(letter, csv_download.lines))
    one_by_one(monkeypatch)
    assert file(letter, lines) == content


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_question_breaks_a_file(letter: Letter, value: str) -> None:
    listed(letter, BRIGID)
    told = json.loads(file(letter, json_download.lines, Filters(q=value)))
    assert told["listed"] == len(told["signatories"])


def test_who_signed_for_an_organisation_is_told_once_it_has_shown_its_domain(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    [guild] = listed(letter, GUILD)
    signed_by(guild, "Tui Marama", "Chair")
    proved(guild, "roster", "Society of Arts")

    def told() -> list[Any]:
        [row] = json.loads(file(letter, json_download.lines))["signatories"]
        return [row["signed_by"], table(file(letter, csv_download.lines))[1][-1]]

    nobody = [told()]
    proved(guild, "work_email", "lampwrights.example")
    somebody = [told()]
    one_by_one(monkeypatch)
    somebody.append(told())
    Proof.objects.filter(method="work_email").update(state=ProofState.REVOKED)
    nobody.append(told())
    assert nobody == [[None, ""]] * 2
    assert somebody == [[{"name": "Tui Marama", "role": "Chair"}, "Tui Marama, Chair"]] * 2


def test_an_empty_list_is_still_a_file(letter: Letter) -> None:
    assert table(file(letter, csv_download.lines)) == [csv_download.header()]
    told = json.loads(file(letter, json_download.lines))
    assert (told["signatories"], told["size"], told["as_of"]) == ([], 0, None)


def test_a_signature_by_another_text_names_that_one(letter: Letter) -> None:
    listed(letter, SALMA, BRIGID)
    told = json.loads(file(letter, json_download.lines))
    assert [row["text"] for row in told["signatories"]] == ["1.ar", "1.en"]


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_meanwhile_is_in_all_of_the_file_or_in_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows, their number and the checkpoint are of one moment, however slow the reader is."""
    monkeypatch.setattr(downloads, "BLOCK_BYTES", 100)
    monkeypatch.setattr(downloads, "_MAX_ROWS_AT_ONCE", 0)
    monkeypatch.setattr(downloads, "ROWS_PER_CHUNK", 2)
    monkeypatch.setattr(downloads, "_ROWS_PER_QUERY", 2)
    letter = open_letter()
    rows = listed(letter, *[someone(number) for number in range(9)])
    download = downloads.open_download(letter=letter, filters=ALL, lines=json_download.lines)
    first = next(download.blocks)
    # A connection of its own would wait for nothing; this one is reading.
    with_another_connection(lambda: withdrawal.withdraw(signature=rows[8]))
    content = first + b"".join(download)
    download.close()
    told = json.loads(content)
    assert (told["listed"], len(told["signatories"]), told["total"]) == (9, 9, 9)
    after = json.loads(file(letter, json_download.lines))
    assert (after["listed"], len(after["signatories"])) == (8, 8)


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_goes_frees_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "BLOCK_BYTES", 100)
    monkeypatch.setattr(downloads, "_MAX_ROWS_AT_ONCE", 0)
    monkeypatch.setattr(downloads, "ROWS_PER_CHUNK", 2)
    monkeypatch.setattr(downloads, "_ROWS_PER_QUERY", 2)
    letter = open_letter()
    listed(letter, *[someone(number) for number in range(9)])
    for lines in (csv_download.lines, json_download.lines):
        for taken in (0, 1, 3):
            download = downloads.open_download(letter=letter, filters=ALL, lines=lines)
            for _block in range(taken):
                next(download.blocks)
            download.close()
            download.close()
            assert connection.connection is not None
            assert not connection.in_atomic_block
            assert is_idle()
            # The very connection goes on.
            assert queries.listed(letter=letter).count() == 9


def is_idle() -> bool:
    raw: Any = connection.connection
    if connection.vendor == "postgresql":
        return bool(raw.info.transaction_status == TransactionStatus.IDLE)
    return not raw.in_transaction


def with_another_connection(call: Any) -> None:
    [answer] = at_once([call])
    assert not isinstance(answer, Exception), answer


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_meanwhile_is_not_used_again() -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    download = downloads.open_download(letter=letter, filters=ALL, lines=csv_download.lines)
    connection.connection.close()
    download.close()
    assert connection.connection is None
    assert queries.listed(letter=letter).count() == 1


@pytest.mark.django_db(transaction=True)
def test_counting_may_not_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = open_letter()
    listed(letter, *[someone(number) for number in range(30)])
    monkeypatch.setattr(downloads, "MAX_COUNTING_SECONDS", 0.05)

    def slowly(**_asked: Any) -> Any:
        return queries.listed(letter=letter).extra(where=["pg_sleep(0.2) IS NOT NULL"])

    monkeypatch.setattr(queries, "filtered", slowly)
    with pytest.raises(TooSlow):
        downloads.open_download(letter=letter, filters=ALL, lines=csv_download.lines)
    monkeypatch.undo()
    assert len(table(file(letter, csv_download.lines))) == 31


def test_the_version_changes_with_everything_that_readers_see(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def now(language: str = "en", what: str = "csv") -> str:
        return downloads.version(letter=letter, language=language, what=what)

    seen = [now()]
    [row] = listed(letter, BRIGID)
    seen += [now(), now("ar"), now(what="json")]
    withdrawal.withdraw(signature=row)
    seen.append(now())
    assert len(set(seen)) == len(seen)
    assert now() == seen[-1]
    later = timezone.now().timestamp() + 600
    monkeypatch.setattr("signatures.press.list_version.time.time", lambda: later)
    assert now() != seen[-1]

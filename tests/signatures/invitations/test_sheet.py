"""Lists of people to invite, as spreadsheets save them, and as people make mistakes in them."""

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.errors import SheetUnreadable
from signatures.invitations import inviting, sheet
from signatures.models import SigningInvitation
from tests.signatures.factories import open_letter

ROWS = "name,email,language,agent\nNoor Dálaigh,noor@quay.example,ar,agency@curtain.example\n"


def read(raw: bytes | str) -> sheet.Sheet:
    data = raw.encode() if isinstance(raw, str) else raw
    return sheet.read(data, language="en", line="Hello")


def names(raw: bytes | str) -> list[tuple[str, str]]:
    found = read(raw)
    assert found.problems == []
    return [(each.name, each.email) for each in found.invitees]


def told(raw: bytes | str) -> list[str]:
    return list(sheet.in_words(read(raw).problems))


def test_all_columns_are_read() -> None:
    [invitee] = read(ROWS).invitees
    assert invitee == inviting.Invitee(
        name="Noor Dálaigh",
        email="noor@quay.example",
        language="ar",
        agent_email="agency@curtain.example",
        line="Hello",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_however_it_was_saved(encoding: str, separator: str, newline: str) -> None:
    lines = [
        "Email;Name",
        "",
        "noor@quay.example;Noor Dálaigh",
        ";;",
        '"ann@quay.example";"Ann ""Nan"" Müller"',
    ]
    raw = newline.join(lines).replace(";", separator).encode(encoding)
    expected = [("Noor Dálaigh", "noor@quay.example"), ('Ann "Nan" Müller', "ann@quay.example")]
    assert names(raw) == expected


def test_without_a_heading_the_order_is_known() -> None:
    assert names("Noor,noor@quay.example") == [("Noor", "noor@quay.example")]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("", "The file is empty."),
        ("\n;;\n", "The file is empty."),
        ("name,email,phone\nA,a@b.example,1", "Row 1, column 3: “phone” is none"),
        ("name,language\nNoor,en", "Row 1: there must be a column “name” and a column “email”."),
        ("name,name,email\nA,B,c@d.example", "Row 1: two columns are called “name”."),
        ("A,a@b.example\n" * (sheet.MAX_ROWS + 1), "too large"),
        (b"x" * (sheet.MOST_BYTES + 1), "too large"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_says_why(raw: bytes | str, sentence: str) -> None:
    with pytest.raises(SheetUnreadable, match=sentence):
        read(raw)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("noor@quay.example,Noor", "Row 3, column “email”: The @ is missing."),
        ("Noor", "Row 3, column “email”: Enter your e-mail address"),
        (",noor@quay.example", "Row 3, column “name”: "),
        ('"Noor,noor@quay.example', "Row 3: A quotation mark is opened and not closed."),
        ("=1+1,noor@quay.example", "Row 3, column “name”: This begins like a formula"),
        ("\uff1dcmd,noor@quay.example", "Row 3, column “name”: This begins like a formula"),
        ("Noor,noor@quay.example,xx", "Row 3, column “language”: E-mails are in one of these"),
        ("Noor,noor@quay.example,en,agent", "Row 3, column “agent”: The @ is missing."),
        ("Noor,noor@quay.example,,NOOR@quay.example", "Row 3, column “agent”: This is the address"),
        ("Noor,noor@quay.example,en,,more", "Row 3: There are more columns"),
        ("Noor\u202egnp,noor@quay.example", "Row 3, column “name”: "),
        (f"{'x' * 1001},noor@quay.example", "Row 3: This row is too long."),
    ],
)
def test_a_row_that_is_wrong_costs_itself_alone(row: str, sentence: str) -> None:
    raw = f"Ann,ann@quay.example\n\n{row}\nBo,bo@quay.example\n"
    found = read(raw)
    assert [each.name for each in found.invitees] == ["Ann", "Bo"]
    [problem] = told(raw)
    assert problem.startswith(sentence)


@pytest.mark.django_db
def test_the_same_file_twice_adds_nothing(letter: Letter, ottilie: Organizer) -> None:
    found = read("Ann,ann@quay.example\nAnn Again,ANN@quay.example\nBo,bo@quay.example")
    assert (len(found.invitees), found.again) == (2, 1)
    sealed = sheet.seal(letter=letter, invitees=found.invitees)
    invitees = sheet.unseal(sealed, letter=letter)
    assert invitees == found.invitees
    invite = [
        inviting.invite_many(
            letter=letter, organizer=ottilie, invitees=invitees, now=timezone.now()
        )
        for _time in range(2)
    ]
    assert invite == [inviting.Invited(2, 0, 0), inviting.Invited(0, 2, 0)]
    assert SigningInvitation.objects.count() == 2
    other = open_letter(slug="another", team=letter.team)
    for wrong, where in ((sealed, other), (sealed[:-9], letter), ("", letter), ("é", letter)):
        with pytest.raises(SheetUnreadable):
            sheet.unseal(wrong, letter=where)


@pytest.mark.django_db
def test_what_is_sealed_stays_below_what_a_form_may_send(letter: Letter) -> None:
    rows = "".join(
        f"Person Number {each * 7919} of Them,person.{each * 104729}@theatre{each}.example\n"
        for each in range(sheet.MAX_ROWS)
    )
    assert len(sheet.seal(letter=letter, invitees=read(rows).invitees)) < 200 * 1024

"""What the API tells, and what may be asked of it. The words here are its reference."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from campaign.letters.models import LetterState
from signatures.listing.pagination import LARGEST_NUMBER, Order
from signatures.models import Kind, Profession
from signatures.verification.methods import METHODS

Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=80)]
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
_SLUG = "a-letter"
_HERE = f"https://letters.example/letters/{_SLUG}/"
_API = f"https://letters.example/api/v1/letters/{_SLUG}"

COUNT: dict[str, Any] = {
    "total": 10513,
    "people": 10490,
    "organisations": 23,
    "anonymous": 412,
    "levels": {"1": 9800, "2": 600, "3": 100, "4": 13},
    "versions": [{"version": 1, "total": 10501}, {"version": 2, "total": 12}],
    "held": 4,
    "size": 10921,
    "root": "Uy7ELSQxKUkuv3MEwjho/v2tVD3FrapCZ82x2xilP7I=",
    "as_of": "2026-10-22T14:05:00Z",
}
LETTER: dict[str, Any] = {
    "slug": _SLUG,
    "title": "An invented letter",
    "state": "published",
    "published_at": "2026-10-22T06:00:00Z",
    "closes_at": None,
    "closed_at": None,
    "languages": ["en", "ar"],
    "version": 2,
    "total": 10513,
    "versions": COUNT["versions"],
    "as_of": "2026-10-22T14:05:00Z",
    "page": _HERE,
    "url": _API,
}
TEXT: dict[str, Any] = {
    "id": "1.en",
    "version": 1,
    "language": "en",
    "title": "An invented letter",
    "authoritative": True,
    "sha256": "4591a0af24498d1d723cac774f113fc12700af6605c315368627504b76b020d5",
}
SIGNATORY: dict[str, Any] = {
    "id": "bbaeb0e2004065b8dcb1e4",
    "number": 12,
    "name": "Kazuo Ando",
    "kind": "person",
    "profession": "author",
    "country": "JP",
    "credit": "The Paper Harbour",
    "affiliation": "",
    "level": 2,
    "confirmed_on": "2026-10-12",
    "text": "1.en",
    "text_version": 1,
    "text_language": "en",
    "text_sha256": TEXT["sha256"],
    "signed_by": None,
    "proofs": [
        {
            "method": "website",
            "subject": "kazuo.example",
            "provider": "",
            "url": "",
            "proved_on": "2026-10-12",
            "held_until": None,
            "in_words": "controls kazuo.example, 12 Oct 2026",
        }
    ],
    "page": f"{_HERE}signatories/12/",
}
GUILD: dict[str, Any] = SIGNATORY | {
    "id": "5f0c9d1a7b3e48d2c6a1f0",
    "number": 40,
    "name": "Guild of Lampwrights",
    "kind": "organisation",
    "profession": None,
    "country": "NZ",
    "credit": "",
    "signed_by": {"name": "Wilhelmina Achterberg", "role": "chair"},
    "proofs": [
        SIGNATORY["proofs"][0]
        | {
            "method": "domain",
            "subject": "lampwrights.example",
            "in_words": "controls lampwrights.example, 12 Oct 2026",
        }
    ],
    "page": f"{_HERE}signatories/40/",
}


def _like(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [*examples]})


class Levels(Schema):
    """How many stand at each level, each counted once at its highest; they add up to the total."""

    one: int = Field(alias="1", ge=0, description="confirmed by e-mail")
    two: int = Field(
        alias="2", ge=0, description="showed control of a site or account, or is vouched for"
    )
    three: int = Field(alias="3", ge=0, description="vetted by the organizers")
    four: int = Field(
        alias="4", ge=0, description="confirmed by a union’s list or the organizers’ call"
    )


class VersionCount(Schema):
    version: int = Field(ge=1)
    total: int = Field(ge=0, description="how many signed this version of the text")


class Count(Schema):
    """People and organisations are the total, and so are the versions of the text that were
    signed; the anonymous are some of the people."""

    model_config = _like(COUNT)

    total: int = Field(ge=0)
    people: int = Field(ge=0)
    organisations: int = Field(ge=0)
    anonymous: int = Field(ge=0, description="counted, but not in the list")
    levels: Levels
    versions: list[VersionCount] = Field(
        description="every published version of the text, and how many signed it"
    )
    held: int = Field(ge=0, description="waiting for the organizers; not in the total")
    size: int = Field(ge=0, description="of the checkpoint that this was counted with")
    root: str = Field(description="of the same checkpoint, in Base64")
    as_of: datetime


class LetterTold(Schema):
    model_config = _like(LETTER)

    slug: str
    title: str = Field(description="of the authoritative text that stands")
    state: LetterState
    published_at: datetime
    closes_at: datetime | None = Field(description="until when it can be signed, if that is set")
    closed_at: datetime | None
    languages: list[str]
    version: int = Field(ge=1, description="of the text that stands")
    total: int = Field(ge=0, description="whichever version was signed; see `versions`")
    versions: list[VersionCount]
    as_of: datetime | None = Field(description="when the total was counted")
    page: str
    url: str


class TextTold(Schema):
    model_config = _like(TEXT)

    id: str = Field(description="its bytes are at text/<id>.md below the letter's page")
    version: int = Field(ge=1)
    language: str
    title: str
    authoritative: bool
    sha256: str


class LetterInFull(LetterTold):
    model_config = _like(LETTER | {"texts": [TEXT]})

    texts: list[TextTold] = Field(description="every published version, the latest first")


class Letters(Schema):
    model_config = _like({"letters": [LETTER], "next": None})

    letters: list[LetterTold]
    next: str | None = Field(description="address of the next page")


class ProofTold(Schema):
    method: str = Field(
        description="how somebody showed who they are; there may be others in time",
        json_schema_extra={"enum": [each.code for each in METHODS]},
    )
    subject: str = Field(description="a site, a domain, an account, a union")
    provider: str = Field(description="where the account is")
    url: str = Field(description="the account's public page")
    proved_on: date
    held_until: date | None = Field(description="set when it was not found at the last look")
    in_words: str


class AuthorityTold(Schema):
    """By the organisation's own word."""

    name: str
    role: str


class SignatoryTold(Schema):
    model_config = _like(SIGNATORY, GUILD)

    id: str = Field(description="stands for the signature in the record")
    number: int = Field(ge=1, description="its place among all who ever signed")
    name: str
    kind: Kind
    profession: Profession | None = Field(description="null for organisations")
    country: str = Field(description="ISO 3166-1 alpha-2")
    credit: str
    affiliation: str
    level: int = Field(ge=1, le=4)
    confirmed_on: date
    text: str = Field(description="id of the text that was signed")
    text_version: int = Field(ge=1)
    text_language: str
    text_sha256: str
    signed_by: AuthorityTold | None = Field(
        description="who signed for an organisation; null for people, and until its domain is shown"
    )
    proofs: list[ProofTold]
    page: str


class Signatories(Schema):
    model_config = _like({"signatories": [SIGNATORY], "next": f"{_API}/signatories?after=12"})

    signatories: list[SignatoryTold]
    next: str | None = Field(description="address of the next page")


class Mistake(Schema):
    parameter: str
    detail: str


class Problem(Schema):
    """RFC 9457."""

    model_config = _like(
        {
            "type": "about:blank",
            "title": "Wrong parameters",
            "status": 422,
            "detail": "Some parameters cannot be used as they are.",
            "errors": [{"parameter": "level", "detail": "Input should be less than or equal to 4"}],
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[Mistake] = []


class LettersWanted(Schema):
    after: str = Field(
        "",
        max_length=80,
        pattern=r"^[-a-zA-Z0-9_]*$",
        description="where the page begins; taken from `next`",
        examples=[_SLUG],
    )


class Wanted(Schema):
    """Which of the signatories; all conditions together."""

    q: str = Field(
        "",
        max_length=200,
        description="parts of a name, in any order; accents and capitals do not matter",
        examples=["ando kazuo"],
    )
    profession: Profession | None = Field(None, examples=["author"])
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$", examples=["JP"])
    level: int | None = Field(None, ge=1, le=4, description="exactly this one", examples=[2])
    kind: Kind | None = Field(None, examples=["person"])
    version: int | None = Field(
        None, ge=1, le=32767, description="of the text that was signed", examples=[1]
    )
    order: Order = Field(
        Order.NEWEST,
        description="`name`: by name without accents and capitals, namesakes by number; "
        "else the newest first",
        examples=["name"],
    )
    after: str = Field(
        "",
        max_length=500,
        pattern=r"^$|^[1-9][0-9]{0,9}(~.*)?$",
        description="where the page begins; taken from `next` of the same order",
        examples=["12", "12~kazuo ando"],
    )

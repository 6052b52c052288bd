"""Links and numbers of public records: read in every form that people paste, checked, refused."""

import pytest

from signatures.models import Source
from signatures.verification.evidence.identifiers import (
    EvidenceRefused,
    Identifier,
    Unfit,
    check_digit,
    link_to,
    parse,
)
from tests.signatures.views.visitors import NAUGHTY

MBID = "00000000-0000-4000-8000-00000000beef"


@pytest.mark.parametrize(
    ("typed", "source", "value"),
    [
        (MBID.upper(), Source.MUSICBRAINZ, MBID),
        (f"https://musicbrainz.org/artist/{MBID}", Source.MUSICBRAINZ, MBID),
        (f"beta.musicbrainz.org/artist/{MBID}/relationships?x=1#y", Source.MUSICBRAINZ, MBID),
        (" q42424242 ", Source.WIKIDATA, "Q42424242"),
        ("https://www.wikidata.org/wiki/Q42424242#P856", Source.WIKIDATA, "Q42424242"),
        ("http://www.wikidata.org/entity/Q42424242", Source.WIKIDATA, "Q42424242"),
        ("https://m.wikidata.org/wiki/Special:EntityPage/Q7", Source.WIKIDATA, "Q7"),
        ("ol123456a", Source.OPEN_LIBRARY, "OL123456A"),
        ("https://openlibrary.org/authors/OL123456A/A_Name", Source.OPEN_LIBRARY, "OL123456A"),
        ("0000-0002-1825-0097", Source.ORCID, "0000-0002-1825-0097"),
        ("0000000218250097", Source.ORCID, "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1694-233x", Source.ORCID, "0000-0002-1694-233X"),
        ("ORCID iD: 0000-0002-1825-0097", Source.ORCID, "0000-0002-1825-0097"),
        ("0009-0000-0000-0009", Source.ORCID, "0009-0000-0000-0009"),
        ("0000 0001 2103 2683", Source.ISNI, "0000000121032683"),
        ("ISNI 0000 0001 2103 2683", Source.ISNI, "0000000121032683"),
        ("0000–0001–2103–2683", Source.ISNI, "0000000121032683"),
        ("https://isni.org/isni/0000000121032683/", Source.ISNI, "0000000121032683"),
        ("https://www.isni.org/page/0000%200001%202103%202683", Source.ISNI, "0000000121032683"),
        # Every ORCID is an ISNI, and ISNI knows it by the same number.
        ("https://isni.org/isni/0000000218250097", Source.ORCID, "0000-0002-1825-0097"),
        ("NM0000000", Source.IMDB, "nm0000000"),
        ("https://m.imdb.com/de/name/nm12345678/?ref_=x", Source.IMDB, "nm12345678"),
        ("\u2066nm0000000\u2069", Source.IMDB, "nm0000000"),
    ],
)
def test_what_people_paste_is_understood(typed: str, source: Source, value: str) -> None:
    assert parse(typed) == Identifier(source, value)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Unfit.EMPTY),
        ("  \u200e ", Unfit.EMPTY),
        ("Brigid O’Malloran", Unfit.UNKNOWN),
        ("https://noor.example/Q42", Unfit.UNKNOWN),
        ("https://evilwikidata.org/wiki/Q42", Unfit.UNKNOWN),
        ("https://wikidata.org.evil.example/wiki/Q42", Unfit.UNKNOWN),
        ("ftp://www.wikidata.org/wiki/Q42", Unfit.UNKNOWN),
        ("javascript://www.wikidata.org/wiki/Q42", Unfit.UNKNOWN),
        ("https://[/wiki/Q42", Unfit.UNKNOWN),
        ("Q0", Unfit.UNKNOWN),
        ("Q42; DROP", Unfit.UNKNOWN),
        ("OL123456W", Unfit.UNKNOWN),
        ("nm123", Unfit.UNKNOWN),
        ("tt1234567", Unfit.UNKNOWN),
        ("00000002182500977", Unfit.UNKNOWN),
        ("٠٠٠٠٠٠٠٢١٨٢٥٠٠٩٧", Unfit.UNKNOWN),
        ("x" * 2001, Unfit.UNKNOWN),
        ("https://www.wikidata.org/wiki/Property:P856", Unfit.NOT_A_PERSON),
        ("https://www.wikidata.org/", Unfit.NOT_A_PERSON),
        (f"https://musicbrainz.org/release/{MBID}", Unfit.NOT_A_PERSON),
        ("https://musicbrainz.org/artist/nobody", Unfit.NOT_A_PERSON),
        ("https://openlibrary.org/works/OL123456W", Unfit.NOT_A_PERSON),
        ("https://www.imdb.com/title/tt1234567/", Unfit.NOT_A_PERSON),
        ("https://orcid.org/signin", Unfit.NOT_A_PERSON),
        ("https://orcid.org/0000000121032683", Unfit.NOT_A_PERSON),
        ("0000-0002-1825-0098", Unfit.CHECK_DIGIT),
        ("https://orcid.org/0000-0002-1825-009X", Unfit.CHECK_DIGIT),
        ("0000 0001 2103 2684", Unfit.CHECK_DIGIT),
    ],
)
def test_what_is_none_is_refused_with_a_sentence(typed: str, reason: Unfit) -> None:
    with pytest.raises(EvidenceRefused, match=reason) as refused:
        parse(typed)
    assert refused.value.reason == reason
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY.keys())
def test_nothing_else_is_ever_raised(naughty: str) -> None:
    for typed in (naughty, f"https://orcid.org/{naughty}", f"https://{naughty}/wiki/Q1"):
        with pytest.raises(EvidenceRefused):
            parse(typed)


@pytest.mark.parametrize(
    ("digits", "last"),
    # Of ORCID's own documentation, and of ISNI's.
    [("000000021825009", "7"), ("000000015109370", "0"), ("000000021694233", "X")],
)
def test_the_last_character_follows_from_the_others(digits: str, last: str) -> None:
    assert check_digit(digits) == last


def test_every_source_has_a_page_for_people() -> None:
    links = [link_to(source, "X1") for source in Source.values]
    assert all(link.startswith("https://") and "X1" in link for link in links)
    assert link_to("orcid", "0000-0002-1825-0097") == "https://orcid.org/0000-0002-1825-0097"
    for source, value in (("wikidata", "Q7"), ("imdb", "nm0000000"), ("isni", "0000000121032683")):
        assert parse(link_to(source, value)) == Identifier(Source(source), value)

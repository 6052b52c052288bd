"""The list of signatories as its readers see it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from campaign import shared_pages
from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.listing import facets, pagination
from signatures.models import Profession, Signature, SignatureState
from signatures.moderation import attestation
from signatures.views.public import base
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    sequence,
    someone,
)
from tests.signatures.views.public.test_letters import queries_of
from tests.signatures.views.signer.test_proofs import proven
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PAGE_ROWS", 3)


def names(client: Client, letter: Letter, **query: str) -> list[str]:
    response = client.get(letter_url(letter, "signatories/"), query)
    assert response.status_code == 200
    return [each.row.name for each in response.context["page"]]


def links(client: Client, url: str) -> dict[str, str | None]:
    context = client.get(url).context
    return {name: context[f"{name}_url"] for name in ("first", "previous", "next")}


def test_the_list_shows_each_signatory_once_newest_first(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, GUILD, MEI)
    response = client.get(letter_url(letter, "signatories/"))
    shown = [each.row.name for each in response.context["page"]]
    assert shown == [each.details.name for each in (MEI, GUILD, SALMA, BRIGID)]
    content = response.content.decode()
    for who in (MEI, GUILD, SALMA, BRIGID):
        assert content.count(f">{who.details.name}</bdi>") == 1
    text = " ".join(Page(response).text.split())
    assert "4 signatures," in text
    assert "Brigid O’Malloran The Salt Ledger" in text


def test_nobody_is_listed_before_their_time_or_against_their_will(
    client: Client, letter: Letter
) -> None:
    [withdrawn, _stays] = listed(letter, WIKTOR, BRIGID, QUIET)[:2]
    client.post(link_url(withdrawn, "withdraw/"), AGREED)
    pending(letter, SALMA)
    confirmed(letter, MEI)  # Not in the record yet.
    assert names(client, letter) == [BRIGID.details.name]
    for who in (WIKTOR, QUIET, SALMA, MEI):
        assert names(client, letter, q=who.details.name) == []
        for rest in ("", "signatories/"):
            content = client.get(letter_url(letter, rest)).content.decode()
            assert who.details.name not in content
            assert who.email not in content
    sequence(letter)
    assert names(client, letter) == [MEI.details.name, BRIGID.details.name]
    text = " ".join(Page(client.get(letter_url(letter, "signatories/"))).text.split())
    assert "2 named; 1 more signed without being named." in text


def test_an_empty_list_invites_and_an_empty_search_helps(client: Client, letter: Letter) -> None:
    url = letter_url(letter, "signatories/")
    assert "Nobody has signed yet" in Page(client.get(url)).headings
    listed(letter, BRIGID)
    assert "No name matches" in Page(client.get(url, {"q": "zebedee"})).headings
    assert "1 name matches." in Page(client.get(url, {"q": "brigid"})).text


def test_numbers_above_the_count_are_explained(client: Client, letter: Letter) -> None:
    url = letter_url(letter, "signatories/")
    first, second, _third, _fourth = listed(letter, BRIGID, SALMA, GUILD, MEI)
    assert "order of signing" not in Page(client.get(url)).text
    for said, signature in (("1 has since left.", first), ("2 have since left.", second)):
        withdrawal.withdraw(signature=load(signature.pk))
        sequence(letter)
        shared_pages.forget()
        text = Page(client.get(url)).text
        assert f"Numbers are the order of signing; {said}" in text


@pytest.mark.parametrize("query", [{}, {"q": "brigid"}, {"q": "zebedee"}, {"order": "name"}])
def test_the_form_leads_to_what_it_found(
    client: Client, letter: Letter, query: dict[str, str]
) -> None:
    listed(letter, BRIGID)
    url = letter_url(letter, "signatories/")
    content = client.get(url, query).content.decode()
    assert f'action="{url}#found"' in content
    assert content.count('id="found"') == 1


def test_the_list_asks_as_much_for_three_as_for_one(client: Client, letter: Letter) -> None:
    url = letter_url(letter, "signatories/")
    listed(letter, BRIGID)
    before = [queries_of(client, url + query) for query in ("", "?q=o&country=IE", "?after=9")]
    listed(letter, SALMA, GUILD)
    again = [queries_of(client, url + query) for query in ("", "?q=o&country=IE", "?after=9")]
    assert again == before == [7, 7, 6]


# --- pages --------------------------------------------------------------------------------------


def test_walking_on_meets_everyone_once(client: Client, letter: Letter, small_pages: None) -> None:
    listed(letter, *[someone(number) for number in range(1, 12)])
    url: str | None = letter_url(letter, "signatories/")
    seen, urls = [], []
    while url:
        response = client.get(url)
        seen += [each.row.number for each in response.context["page"]]
        urls.append(url)
        url = response.context["next_url"]
    assert seen == list(range(11, 0, -1))
    assert len(urls) == 4
    # And back again, over the same pages.
    back, url = [], urls[-1]
    while url:
        back.append(url)
        url = links(client, url)["previous"]
    assert back == urls[::-1]


def test_a_link_to_a_page_shows_the_same_people_tomorrow(
    client: Client, letter: Letter, small_pages: None
) -> None:
    first = listed(letter, *[someone(number) for number in range(1, 9)])
    deep = links(client, letter_url(letter, "signatories/"))["next"]
    assert deep == letter_url(letter, "signatories/?after=6")
    assert [each.row.number for each in client.get(deep).context["page"]] == [5, 4, 3]
    listed(letter, *[someone(number) for number in range(20, 30)])
    assert [each.row.number for each in client.get(deep).context["page"]] == [5, 4, 3]
    client.post(link_url(first[3], "withdraw/"), AGREED)
    assert [each.row.number for each in client.get(deep).context["page"]] == [5, 3, 2]


def test_neighbours_are_told_at_each_end(client: Client, letter: Letter, small_pages: None) -> None:
    here = letter_url(letter, "signatories/")
    listed(letter, *[someone(number) for number in range(1, 4)])
    nothing = {"first": None, "previous": None, "next": None}
    assert links(client, here) == nothing
    listed(letter, *[someone(number) for number in range(4, 9)])
    assert links(client, here) == nothing | {"next": f"{here}?after=6"}
    assert links(client, f"{here}?after=6") == nothing | {
        "previous": here,
        "next": f"{here}?after=3",
    }
    assert links(client, f"{here}?after=3") == {
        "first": here,
        "previous": f"{here}?after=6",
        "next": None,
    }
    # Beyond the end there is nobody, but a way back.
    beyond = client.get(f"{here}?after=1")
    assert beyond.status_code == 200
    assert list(beyond.context["page"]) == []
    assert links(client, f"{here}?after=1") == {
        "first": here,
        "previous": f"{here}?after=4",
        "next": None,
    }
    assert Page(beyond).headings == ["Signatories", "The list ends before this page"]
    assert f"{here}?after=4" in Page(beyond).links


def test_pages_keep_what_is_asked_for(client: Client, letter: Letter, small_pages: None) -> None:
    listed(letter, *[someone(number, country="PT") for number in range(1, 6)], BRIGID)
    url = letter_url(letter, "signatories/?q=Number+S%C3%ADgner&country=PT&level=1&kind=person")
    next_url = links(client, url)["next"]
    assert next_url is not None
    assert parse_qs(urlsplit(next_url).query) == {
        "q": ["Number Sígner"],
        "country": ["PT"],
        "level": ["1"],
        "kind": ["person"],
        "after": ["3"],
    }
    assert [each.row.number for each in client.get(next_url).context["page"]] == [2, 1]


@pytest.mark.parametrize(
    "after", ["0", "-1", "x", "", "١", "1.0", " 1", "2147483648", "9" * 400, "\x00", "1\x00"]
)
def test_nonsense_means_the_first_page(client: Client, letter: Letter, after: str) -> None:
    listed(letter, BRIGID, SALMA)
    assert len(names(client, letter, after=after)) == 2


def test_several_of_one_thing_count_as_the_last(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA)
    url = letter_url(letter, "signatories/?after=1&after=2&q=x&q=brigid&country=LB&country=IE")
    assert [each.row.name for each in client.get(url).context["page"]] == [BRIGID.details.name]


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_query_breaks_the_list(client: Client, letter: Letter, value: str) -> None:
    url = letter_url(letter, "signatories/")
    fields = ("q", "profession", "country", "level", "kind", "order", "after", "page")
    assert client.get(url, {"order": "name", "after": f"3~{value}"}).status_code == 200
    assert client.get(url, dict.fromkeys(fields, value)).status_code == 200
    assert client.get(url, {"q": [value, value], "after": "1"}).status_code == 200


# --- searching ----------------------------------------------------------------------------------


@pytest.fixture
def crowd(letter: Letter) -> Letter:
    listed(
        letter,
        BRIGID,
        SALMA.but(name="أحمد ضياء"),
        WIKTOR,
        MEI,
        someone(1).but(name="Nguyễn Thị Ánh", profession=Profession.SINGER, country="VN"),
        someone(2).but(name="Ærø Strøm-Lund", country="DK"),
        someone(3).but(name="Orchestra 47", profession=Profession.MUSICIAN, country="DK"),
        GUILD,
    )
    return letter


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("brigid", ["Brigid O’Malloran"]),
        ("BRÍGID", ["Brigid O’Malloran"]),
        ("omalloran", ["Brigid O’Malloran"]),
        ("o'malloran brig", ["Brigid O’Malloran"]),
        ("احمد", ["أحمد ضياء"]),
        ("إحمد", ["أحمد ضياء"]),
        ("zolcik", ["Wiktor Żółcik"]),
        ("ŻÓŁCIK wik", ["Wiktor Żółcik"]),
        ("梅", ["梅若溪"]),
        ("anh nguyen", ["Nguyễn Thị Ánh"]),
        ("nguyen,thi;anh", ["Nguyễn Thị Ánh"]),
        ("aero strom", ["Ærø Strøm-Lund"]),
        ("orchestra ٤٧", ["Orchestra 47"]),
        ("47", ["Orchestra 47"]),
        ("brigid wiktor", []),
        ("%", []),
        ("_", []),
        ("'", []),
        ("   ", None),
        ("\x00", []),
    ],
)
def test_search_finds_names_however_they_are_typed(
    client: Client, crowd: Letter, q: str, found: list[str] | None
) -> None:
    everyone = names(client, crowd)
    assert names(client, crowd, q=q) == (everyone if found is None else found)


def test_filters_narrow_the_list(client: Client, crowd: Letter) -> None:
    proven(Signature.objects.get(name="Orchestra 47"), "domain", "orchestra.example")
    sequence(crowd)
    assert names(client, crowd, country="DK") == ["Orchestra 47", "Ærø Strøm-Lund"]
    assert names(client, crowd, country="DK", q="lund") == ["Ærø Strøm-Lund"]
    assert names(client, crowd, profession="singer") == ["Nguyễn Thị Ánh"]
    assert names(client, crowd, kind="organisation") == ["Guild of Lampwrights"]
    assert names(client, crowd, level="2") == ["Orchestra 47"]
    assert names(client, crowd, level="2", profession="singer") == []
    assert len(names(client, crowd, level="1")) == 7


def test_a_list_of_one_version_is_kept_by_form_and_links(client: Client, crowd: Letter) -> None:
    page = Page(client.get(letter_url(crowd, "signatories/"), {"version": "1"}))
    assert page.values["version"] == "1"
    nobody = client.get(letter_url(crowd, "signatories/"), {"version": "2"})
    assert nobody.context["found"] == 0
    for nonsense in ("0", "-1", "x", "99999", "1.0"):
        everybody = client.get(letter_url(crowd, "signatories/"), {"version": nonsense})
        assert everybody.context["filtered"] is False
    assert client.get(letter_url(crowd, "signatories.csv"), {"version": "0"}).status_code == 422


def test_what_is_asked_for_stays_in_the_form(client: Client, crowd: Letter) -> None:
    query = {"q": "lund <b>", "country": "DK", "profession": "singer"}
    page = Page(client.get(letter_url(crowd, "signatories/"), query))
    assert page.values == query | {"level": "", "kind": "", "version": "", "order": ""}
    assert "Show all" in page.text


def test_many_matches_are_not_counted_to_the_end(
    client: Client, crowd: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "SEARCH_UP_TO", 2)
    page = Page(client.get(letter_url(crowd, "signatories/"), {"q": "r"}))
    assert "More than 2 names match." in page.text


def test_each_choice_tells_how_many_fit_it_and_what_nobody_fits_is_not_offered(
    client: Client, crowd: Letter
) -> None:
    page = Page(client.get(letter_url(crowd, "signatories/"), {"country": "DK"}))
    assert "Denmark · 2" in page.text
    assert "Ireland · 1" in page.text
    assert "Musician · 1" in page.text
    assert "Poet" not in page.text
    assert "2 names match." in page.text


def test_by_name_pages_lead_on_and_back(client: Client, crowd: Letter, small_pages: None) -> None:
    url: str | None = letter_url(crowd, "signatories/?order=name")
    seen: list[str] = []
    urls = []
    while url:
        response = client.get(url)
        seen += [each.row.name for each in response.context["page"]]
        urls.append(url)
        url = response.context["next_url"]
    assert len(seen) == len(set(seen)) == 8
    assert seen[:2] == ["Ærø Strøm-Lund", "Brigid O’Malloran"]
    back, url = [], urls[-1]
    while url:
        back.append(url)
        url = links(client, url)["previous"]
    assert back == urls[::-1]


def test_the_arabic_list_is_arabic_around_the_names(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    page = Page(client.get(letter_url(letter, "signatories/", "ar")))
    assert (page.root["lang"], page.root["dir"]) == ("ar", "rtl")
    assert "أيرلندا" in page.text
    assert "Brigid O’Malloran" in page.text
    numbers = [named for tag, named in page.attributes if named.get("class") == "number"]
    assert len(numbers) == 2
    assert "١" in page.text


def test_a_withdrawn_name_is_gone_from_the_list_within_a_second(
    client: Client, letter: Letter, settings: Settings
) -> None:
    [signature] = listed(letter, BRIGID)
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.WITHDRAWN)
    base._at_hand.clear()
    assert names(client, letter) == []


def test_in_another_language_the_same_is_chosen(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    here = letter_url(letter, "signatories/")
    for asked in ("q=brigid&country=IE", "level=1&order=name&after=9~z", "after=9"):
        links = client.get(f"{here}?{asked}&x=1&profession=wizard").context["languages"]
        assert [each["url"] for each in links] == [f"{here}?{asked}", f"/ar{here}?{asked}"]


def test_search_puts_the_best_verified_first_and_tells_of_namesakes(
    client: Client, letter: Letter
) -> None:
    vetted, _bare, other = listed(
        letter,
        BRIGID,
        person("second@crowd.example", "BRIGID O'MALLORAN"),
        person("third@crowd.example", "Brigid Vane"),
    )
    attestation.vet(
        signature=vetted,
        organizer=make_organizer(team=letter.team),
        expected_revision=1,
        evidence="met her",
    )
    found = client.get(letter_url(letter, "signatories/?q=brigid"))
    text = " ".join(Page(found).text.split())
    assert re.findall(r'class="number">(\d+)', found.text) == ["1", "3", "2"]
    assert "2 signatories with this name: Brigid O’Malloran." in text
    assert text.count("E-mail only") == 2
    alone = client.get(letter_url(letter, "signatories/?q=vane")).text
    assert "with this name" not in alone
    assert re.findall(r'class="number">(\d+)', alone) == [str(other.number)]
    plain = client.get(letter_url(letter, "signatories/")).text
    assert re.findall(r'class="number">(\d+)', plain) == ["3", "2", "1"]
    assert "with this name" not in plain


@pytest.mark.parametrize("typed", ["2", "#2", "٢", " 2. "])
def test_search_for_a_number_leads_to_its_signature(
    client: Client, letter: Letter, typed: str
) -> None:
    listed(letter, BRIGID, WIKTOR, QUIET)
    page = Page(client.get(letter_url(letter, "signatories/"), {"q": typed}))
    assert "Signature no. 2: Wiktor Żółcik" in " ".join(page.text.split())
    hidden = Page(client.get(letter_url(letter, "signatories/"), {"q": "3"}))
    assert "Signature no." not in hidden.text


def test_rows_keep_names_from_translators(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    text = client.get(letter_url(letter, "signatories/")).text
    assert '<bdi translate="no">Brigid O’Malloran</bdi>' in text
    assert '<bdi translate="no">The Salt Ledger</bdi>' in text

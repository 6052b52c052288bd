import re
import unicodedata
from collections import Counter
from dataclasses import astuple
from hashlib import sha256

import pytest
from babel import Locale

from campaign.letters.models import ProfessionList
from demo.names import Culture, Part, cultures, kept_out
from demo.people import PROFESSIONS, Person, people
from signatures.models import OFFERED, Profession
from signatures.names.cleaning import clean_line, clean_name

SEED = 1
# Changes with each word in the lists. If it changes by itself, chance is no longer repeatable.
FIRST_THOUSAND = "e5af38b777125902b0bebf7eea108f4af75a39850a51a4175dd912f08d537799"

# Family names (or all of a name) that one artist has made so much their own that any given name
# beside them points there.
UNMISTAKABLE = """
    yorke ishiguro sharif hayek mahfouz darwish adonis gibran fairuz murakami kurosawa miyazaki
    rowling atwood rushdie kundera almodóvar neruda borges picasso dalí kahlo beyoncé adele björk
    streep hanks dicaprio winslet blanchett mckellen radcliffe bardem cotillard binoche fellini
    pavarotti morricone einaudi pamuk kafka tolstoy nabokov tarkovsky stravinsky żal tokarczuk
    bergman ibsen knausgård grieg sibelius pärt adichie achebe soyinka coetzee gordimer tagore
    bachchan kapoor sakamoto kusama qabbani chahine imam zaki kulthum hafez malek clooney
"""


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(count=10_500, seed=SEED))


def test_the_same_seed_gives_the_same_people_everywhere(crowd: list[Person]) -> None:
    lines = "\n".join(repr(astuple(person)) for person in crowd[:1000])
    assert sha256(lines.encode()).hexdigest() == FIRST_THOUSAND


def test_fewer_people_are_the_first_of_more(crowd: list[Person]) -> None:
    assert list(people(count=50, seed=SEED)) == crowd[:50]
    assert list(people(count=50, seed=SEED + 1)) != crowd[:50]
    assert list(people(count=0, seed=SEED)) == []


def test_no_two_share_an_address_and_few_share_a_name(crowd: list[Person]) -> None:
    assert len(crowd) == 10_500
    assert len({person.email for person in crowd}) == 10_500
    assert len({person.name for person in crowd}) >= 10_470


def test_addresses_are_plain_and_in_the_reserved_domain(crowd: list[Person]) -> None:
    shape = re.compile(r"[a-z][a-z.]*\d*@[a-z]+(-[a-z]+)*\.example")
    assert [person.email for person in crowd if not shape.fullmatch(person.email)] == []
    assert max(len(person.email.split("@")[0]) for person in crowd) <= 64


def test_professions_are_the_models(crowd: list[Person]) -> None:
    offered = {*OFFERED[ProfessionList.CREATIVE], Profession.OTHER}
    assert set(PROFESSIONS.things) == offered
    assert {person.profession for person in crowd if person.kind == "person"} == offered


def test_countries_exist(crowd: list[Person]) -> None:
    territories = set(Locale.parse("en").territories)
    assert {person.country for person in crowd} <= territories


def test_names_and_credits_pass_the_rules_of_the_form_unchanged(crowd: list[Person]) -> None:
    for person in crowd:
        assert clean_name(person.name) == person.name
        assert clean_line(person.credit, limit=120) == person.credit
        assert clean_line(person.affiliation, limit=120) == person.affiliation


def test_names_are_composed_and_hide_nothing(crowd: list[Person]) -> None:
    for person in crowd:
        for text in (person.name, person.credit, person.affiliation):
            assert unicodedata.normalize("NFC", text) == text
            assert not [char for char in text if unicodedata.category(char).startswith("C")]


def test_the_shares_are_those_of_a_believable_letter(crowd: list[Person]) -> None:
    share = {
        "organisations": sum(person.kind == "organisation" for person in crowd),
        "hidden": sum(not person.publish for person in crowd),
        "in Arabic": sum(person.language == "ar" for person in crowd),
        "level 1": sum(person.level == 1 for person in crowd),
        "level 4": sum(person.level == 4 for person in crowd),
    }
    assert {key: round(number / 105) for key, number in share.items()} == {
        "organisations": 1,
        "hidden": 4,
        "in Arabic": 9,
        "level 1": 39,
        "level 4": 3,
    }
    professions = Counter(person.profession for person in crowd)
    assert {slug for slug, _ in professions.most_common(3)} == {"musician", "author", "actor"}


def test_organisations_always_publish(crowd: list[Person]) -> None:
    organisations = [person for person in crowd if person.kind == "organisation"]
    assert all(person.publish for person in organisations)
    assert {person.profession for person in organisations} == {""}
    assert len({person.name for person in organisations}) == len(organisations)


def test_a_name_is_in_one_script_and_in_its_own(crowd: list[Person]) -> None:
    scripts: Counter[str] = Counter()
    for person in crowd:
        letters = [char for char in person.name if unicodedata.category(char) in {"Lo", "Lu", "Ll"}]
        found = {unicodedata.name(char).split(" ")[0] for char in letters}
        assert len(found) == 1, person.name
        scripts.update(found)
    assert set(scripts) >= {
        *("LATIN", "ARABIC", "CYRILLIC", "GREEK", "HEBREW", "ARMENIAN", "ETHIOPIC", "HANGUL"),
        *("CJK", "DEVANAGARI", "BENGALI", "TAMIL", "THAI"),
    }


def test_many_more_than_the_lists_hold_still_have_their_own_address() -> None:
    crowd = list(people(count=30_000, seed=2))
    assert len({person.email for person in crowd}) == 30_000


@pytest.mark.parametrize("culture", cultures(), ids=lambda culture: culture.word)
def test_lists_have_no_doubles_and_are_composed(culture: Culture) -> None:
    for parts in (culture.women.given, culture.men.given, culture.men.family):
        assert len({part.native for part in parts}) == len(parts)
        for part in parts:
            assert part.native == unicodedata.normalize("NFC", part.native).strip()
            assert part.latin == unicodedata.normalize("NFC", part.latin).strip()
            assert part.latin.isprintable()


def test_no_family_name_is_unmistakably_somebodys() -> None:
    families: set[Part] = {
        part for culture in cultures() for part in (*culture.women.family, *culture.men.family)
    }
    assert {part.latin.lower() for part in families} & set(UNMISTAKABLE.split()) == set()


def test_no_kept_out_name_is_drawn(crowd: list[Person]) -> None:
    digests = {sha256(person.name.lower().encode()).hexdigest()[:16] for person in crowd}
    assert digests & kept_out() == set()

import unicodedata

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from signatures.names.cleaning import (
    NAME_LIMIT,
    NameReason,
    NameRefused,
    clean_line,
    clean_name,
    clean_organisation,
    is_same_name,
)

PEOPLE_AND_GROUPS = [
    "O'Brien",
    "Siobhán O’Brien",
    "Nguyễn",
    "李",
    "李 小梅",
    "محمد",
    "علی‌رضا کریمی",
    "Łukasz Żal",
    "Dr. Ngũgĩ wa Thiong'o-Smith, Jr.",
    "Nālani Kaʻōpua",
    "O`Hara & d´Arc",
    "Ærøskøbing Þórðarson",
    "İpek Işık",
    "Ёлка Йонова",
    "Ελένη Παπαδοπούλου",
    "Նարեկ Աբրահամյան",
    "ნინო ბერიძე",
    "שׁרה בן־דוד",
    "שְׂרָה",
    "शक्ति कपूर",
    "ශ්\u200dරී ලාල්",
    "র\u200d্যাফেল",
    "மாலதி",
    "สมชาย น้ำใจ",
    "မြင့်မြင့်",
    "བསྒྲུབས",
    "ᠪᠠᠭ\u180bᠠ",
    "葛\U000e0100城",
    "マリア・田中（詩人）",
    "김하늘",
    "〇一",
    "xʷməθkʷəy̓əm",
    "Mª José Nº 5",
    "N°5 Studio",
    "P!nk-ish",
    "A$hok + Kat/e · Duo – Live (x)",
    "Blink 182 Trio",
    "Guild of Northern Translators",
    "“Quoted” «Name»",
]


@pytest.mark.parametrize("name", PEOPLE_AND_GROUPS)
def test_names_that_people_have_stay_as_they_are(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Ana   Lima ", "Ana Lima"),
        ("Ana\tde\r\nLima\n", "Ana de Lima"),
        ("Ana\u00a0Lima\u3000\u2028", "Ana Lima"),
        ("Ana\u0085Lima", "Ana Lima"),
        ("Zoe\u0308", "Zoë"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Ｋｅｎ　Ｔ２", "Ken T2"),
        ("ﾏﾘｱ ｶﾞﾙｼｱ", "マリア ガルシア"),
        ("ﬁnn Oﬄey", "finn Offley"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("Henry Ⅷ", "Henry VIII"),
        ("മോഹന്\u200d", "മോഹൻ"),
        ("শরত্\u200d", "শরৎ"),
    ],
)
def test_what_is_harmless_is_put_right(raw: str, name: str) -> None:
    assert clean_name(raw) == name


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", NameReason.EMPTY),
        (" \t\n\u3000", NameReason.EMPTY),
        ("…", NameReason.NO_LETTER),
        ("1234", NameReason.NO_LETTER),
        ("٣٣", NameReason.NO_LETTER),
        ("ʻʻ", NameReason.NO_LETTER),
        ("ー", NameReason.NO_LETTER),
        ("x" * (NAME_LIMIT + 1), NameReason.TOO_LONG),
        ("ﷺ" * 10, NameReason.TOO_LONG),
        (" " * 100_000 + "Ana", NameReason.TOO_LONG),
        ("e\u0301" * NAME_LIMIT + "x", NameReason.TOO_LONG),
        ("Ana\x00", NameReason.CONTROL),
        ("\x1b[31mAna", NameReason.CONTROL),
        ("Ana\x1fLima", NameReason.CONTROL),
        ("Ana\x9b", NameReason.CONTROL),
        ("Ana\u202egnp.exe", NameReason.DIRECTION),
        ("\u2067محمد\u2069", NameReason.DIRECTION),
        ("محمد\u200f", NameReason.DIRECTION),
        ("Ana\u200e", NameReason.DIRECTION),
        ("\u061cAna", NameReason.DIRECTION),
        ("\u200b", NameReason.INVISIBLE),
        ("\u200b\u2060\ufeff", NameReason.INVISIBLE),
        ("A\u00adna", NameReason.INVISIBLE),
        ("\u3164", NameReason.INVISIBLE),
        ("\u115f\u1160", NameReason.INVISIBLE),
        ("\u2800", NameReason.INVISIBLE),
        ("A\u034fna", NameReason.INVISIBLE),
        ("A\U000e0061na", NameReason.INVISIBLE),
        ("A\u200dna", NameReason.INVISIBLE),
        ("علی\u200c", NameReason.INVISIBLE),
        ("\u200cعلی", NameReason.INVISIBLE),
        ("علی\u200c\u200cرضا", NameReason.INVISIBLE),
        ("علی\u200c رضا", NameReason.INVISIBLE),
        ("A\U000e0100", NameReason.INVISIBLE),
        ("A\u180b", NameReason.INVISIBLE),
        ("葛\ufe00", NameReason.INVISIBLE),
        ("Ana\ud800", NameReason.UNREADABLE),
        ("\udfff", NameReason.UNREADABLE),
        ("Ana\ue000", NameReason.UNREADABLE),
        ("Ana\U0010fffd", NameReason.UNREADABLE),
        ("Ana\ufdd0", NameReason.UNREADABLE),
        ("Ana\uffff", NameReason.UNREADABLE),
        ("Ana\u0378", NameReason.UNREADABLE),
        ("Ana \U0001f468\u200d\U0001f469\u200d\U0001f467", NameReason.EMOJI),
        ("Ana ❤", NameReason.EMOJI),
        ("Ana 1\ufe0f\u20e3", NameReason.EMOJI),
        ("Ana \U0001f1e9\U0001f1ea", NameReason.EMOJI),
        ("Ana \U0001f3fd", NameReason.EMOJI),
        ("Ana \U0001fbff", NameReason.EMOJI),
        ("Acme™", NameReason.EMOJI),
        ("Ana ∞", NameReason.EMOJI),
        ("A\u20ddna", NameReason.EMOJI),
        ("𝓙𝓸𝓱𝓷", NameReason.STYLED),
        ("Ⓐna", NameReason.STYLED),
        ("ᴬna", NameReason.STYLED),
        ("ᴀna", NameReason.STYLED),
        ("Ana²", NameReason.STYLED),
        ("Ana ➊", NameReason.STYLED),
        ("Ana ⑴", NameReason.STYLED),
        ("Z\u0301\u0302\u0303\u0304\u0305algo", NameReason.MARKS),
        ("a" + "\u0489" * 3, NameReason.EMOJI),
        ("\u0301Ana", NameReason.MARKS),
        ("Ana \u0301Lima", NameReason.MARKS),
        ("क\u0941\u0947\u200d\u0941\u0947", NameReason.MARKS),
        ("<b>Ana</b>", NameReason.SIGN),
        ("＜b＞", NameReason.SIGN),
        ("=Ana", NameReason.SIGN),
        ("Ana|Lima", NameReason.SIGN),
        ("ana@post.example", NameReason.ADDRESS),
        ("ana＠post.example", NameReason.ADDRESS),
        ("Ana https://x.example", NameReason.ADDRESS),
        ("Ana https：／／x.example", NameReason.ADDRESS),
        ("WWW.x.example", NameReason.ADDRESS),
    ],
)
def test_what_would_mislead_is_refused_with_its_reason(raw: str, reason: NameReason) -> None:
    with pytest.raises(NameRefused) as refusal:
        clean_name(raw)
    assert refusal.value.reason == reason


def test_a_name_may_be_as_long_as_the_limit_after_composition() -> None:
    assert clean_name("e\u0301" * NAME_LIMIT) == "é" * NAME_LIMIT


def test_each_reason_has_a_full_sentence_of_its_own() -> None:
    with override("en"):
        sentences = [NameRefused(reason, limit=7, sign="<").sentence for reason in NameReason]
    assert len(set(sentences)) == len(NameReason)
    assert [each for each in sentences if not each.endswith(".") or "%" in each] == []


def test_a_sentence_says_the_limit_and_the_sign() -> None:
    with override("en"):
        assert NameRefused(NameReason.TOO_LONG, limit=90).sentence == (
            "This is too long. Please use at most 90 characters."
        )
        assert NameRefused(NameReason.SIGN, sign="<").sentence == "Please leave out the sign <."


def test_a_refusal_in_a_log_does_not_tell_the_name() -> None:
    with pytest.raises(NameRefused) as refusal:
        clean_name("Ana <3")
    assert str(refusal.value) == "sign"


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("", ""),
        ("  \n ", ""),
        (" - ", ""),
        ("…", ""),
        ("1984", "1984"),
        ("8½", "8½"),
        (" The  Quiet\tHarbour ", "The Quiet Harbour"),
        ("Théâtre de l’Île", "Théâtre de l’Île"),
    ],
)
def test_a_line_may_be_empty_or_a_number(raw: str, line: str) -> None:
    assert clean_line(raw, limit=40) == line


@pytest.mark.parametrize(
    "title",
    [
        *("№1", "Школа № 35", "Trio in F♯ minor", "Sonata in B♭ major", "Étude C♮", "H₂O", "8 m²"),
        *("Playwell® Studios", "Acme™", "© Quayside Press", "℗ 1984 Salt", "∞ and after"),
    ],
)
def test_works_and_institutions_have_signs_that_people_have_not(title: str) -> None:
    assert clean_line(title, limit=40) == title
    assert clean_organisation(f"Studio {title}") == f"Studio {title}"
    with pytest.raises(NameRefused):
        clean_name(f"Ana {title}")


@pytest.mark.parametrize(
    "raw", ["Acme™\ufe0f", "♯\u202e", "H₂O ❤", "ⒶⒷ", "Trio 🎻", "▲ Studio", "𝓐cme"]
)
def test_what_misleads_is_refused_of_works_and_institutions_too(raw: str) -> None:
    with pytest.raises(NameRefused):
        clean_line(raw, limit=40)
    with pytest.raises(NameRefused):
        clean_organisation(raw)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("x" * 41, NameReason.TOO_LONG),
        ("ana@post.example", NameReason.ADDRESS),
        ("\u202e", NameReason.DIRECTION),
        ("\u200b", NameReason.INVISIBLE),
        ("★★★", NameReason.EMOJI),
    ],
)
def test_a_line_is_held_to_the_rules_of_names(raw: str, reason: NameReason) -> None:
    with pytest.raises(NameRefused) as refusal:
        clean_line(raw, limit=40)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jean-Paul Lind", "Jeanpaul  LIND", True),
        ("Wiktor Żółcik", "wiktor zolcik", True),
        ("سلمى الزيتوني", "سلمى ال زيتوني", True),
        ("Anna Berg", "Anna Borg", False),
        ("Anna Berg", "Berg Anna", False),
        ("ء", "ءء", False),
        ("ء", "ء", True),
    ],
)
def test_spaces_case_and_accents_make_no_other_name(one: str, other: str, *, same: bool) -> None:
    assert is_same_name(one, other) is same


ANY_TEXT = st.text(st.characters(categories=None)) | st.text(
    st.sampled_from("aé\u0301\u0302\u3099かｶﾞن\u200cي\u200d क्ന് \tﬁⅧ'-\u0345ﷺ한각\u1100\u1161"),
    max_size=30,
)


@given(ANY_TEXT)
@example("\u1100\u1161 \u11a8")
@example("ന്\u200d\u200dക")
def test_any_text_is_clean_for_good_or_refused(raw: str) -> None:
    try:
        name = clean_name(raw)
    except NameRefused:
        return
    assert clean_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert 0 < len(name) <= NAME_LIMIT
    assert name.encode().decode() == name
    assert {unicodedata.category(char) for char in name}.isdisjoint({"Cc", "Cs", "Co", "Cn"})


@given(ANY_TEXT)
def test_any_line_is_clean_for_good_or_refused(raw: str) -> None:
    try:
        line = clean_line(raw, limit=40)
    except NameRefused:
        return
    assert clean_line(line, limit=40) == line
    assert len(line) <= 40


@pytest.mark.parametrize("plane", [0, 1, 2, 14])
def test_every_character_there_is_between_letters(plane: int) -> None:
    for code in range(plane << 16, (plane + 1) << 16):
        try:
            name = clean_name(f"a{chr(code)}b")
        except NameRefused:
            continue
        assert clean_name(name) == name
        assert unicodedata.is_normalized("NFC", name)

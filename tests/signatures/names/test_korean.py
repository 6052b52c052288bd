import pytest

from signatures.names.korean import readings


@pytest.mark.parametrize(
    ("hangul", "spelled"),
    [
        ("김도윤", "Kim Do-yun"),
        ("김도윤", "Gim Doyoon"),
        ("최은정", "Ch'oe Ŭnjŏng"),
        ("류하은", "Yoo Ha-eun"),
        ("유하은", "Ryu Haeun"),
        ("선우민재", "Sunwoo Min-jae"),
        ("이승호", "Seungho Rhee"),
    ],
)
def test_what_is_spelled_in_latin_letters_reads_as_hangul_does(hangul: str, spelled: str) -> None:
    assert readings([hangul]) & readings(spelled.replace("-", " ").split()) != frozenset()


@pytest.mark.parametrize("name", ["Maria Karlsen", "Kim", "Kim Strand", "고", "Lee", "梅若溪", ""])
def test_what_is_no_korean_name_has_no_readings(name: str) -> None:
    assert readings(name.split()) == frozenset()

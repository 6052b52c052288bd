"""Disguises and honest names by the hundred. What is missed or held is named, and must not grow."""

from tests.signatures.screening import corpora


def test_disguises_of_watched_names_are_not_public() -> None:
    names = corpora.watched()
    signed = [each for under in corpora.disguises().values() for each in under]
    assert len(signed) == 542
    # A short form that no table has: for an alias on the list.
    assert [each for each in signed if corpora.is_public(each, names=names)] == [
        "Padma Venkateswaran"
    ]


def test_honest_people_with_names_near_watched_ones_are_hardly_held() -> None:
    names = corpora.watched()
    signed = corpora.near()
    assert len(signed) == 516
    # One letter from the watched name's words in another script.
    assert [each for each in signed if not corpora.is_public(each, names=names)] == [
        "Амира Тахировска"
    ]


def test_honest_names_of_all_scripts_and_shapes_are_public() -> None:
    names = corpora.watched()
    signed = corpora.honest()
    assert len(signed) > 100
    assert [each for each in signed if not corpora.is_public(each, names=names)] == []

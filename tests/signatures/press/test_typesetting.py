"""Lines of text in the site's own fonts: which font draws what, and in which order."""

from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont, features

from signatures.press import typesetting
from signatures.press.typesetting import BOLD, REGULAR, can_set, clusters, line, wrapped


@pytest.fixture(autouse=True)
def _no_font_read() -> Iterator[None]:
    typesetting.forget()
    yield
    typesetting.forget()


@pytest.fixture
def no_shaping(monkeypatch: pytest.MonkeyPatch) -> None:
    check = features.check
    monkeypatch.setattr(
        "signatures.press.typesetting.features.check",
        lambda name: False if name == "fribidi" else check(name),
    )


def seen(text: str, base: typesetting.Direction) -> list[tuple[str, str]]:
    """Text and direction of each run, from left to right."""
    return [(run.text, run.direction) for run in line(text, size=40, base=base).runs]


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("Ask before you train", True),
        ("Zażółć gęślą jaźń", True),
        ("Спросите нас", True),
        ("Ρωτήστε μας", True),
        ("Hãy hỏi chúng tôi trước", True),
        ("اسألونا قبل أن تدرّبوا", True),
        ("از ما بپرسید، می‌خواهیم", True),
        ("e\u0301 — “£5” … ½", True),
        ("まず尋ねてください", False),
        ("שאלו אותנו", False),
        ("ถามเราก่อน", False),
        ("Ask 🙂", False),
        ("Ask \U0010ffff", False),
        ("", True),
    ],
)
def test_a_text_can_be_set_if_every_letter_has_a_font(text: str, fonts: bool) -> None:
    assert (can_set(text), can_set(text, face=REGULAR)) == (fonts, fonts)


@pytest.mark.usefixtures("no_shaping")
def test_without_shaping_nothing_that_runs_from_the_right_is_set() -> None:
    assert (can_set("Ask"), can_set("اسألونا"), can_set("Ask 42")) == (True, False, True)
    picture = Image.new("L", (200, 60))
    line("Ask", size=40, base="ltr").draw(ImageDraw.Draw(picture), x=0, baseline=45, colour=255)
    assert picture.getbbox() is not None


def test_without_woff2_latin_is_set_in_another_font(monkeypatch: pytest.MonkeyPatch) -> None:
    truetype = ImageFont.truetype

    def cannot(font: Any, *args: Any, **kwargs: Any) -> ImageFont.FreeTypeFont:
        if str(font).endswith(".woff2"):
            raise OSError("unknown file format")
        return truetype(font, *args, **kwargs)

    monkeypatch.setattr(ImageFont, "truetype", cannot)
    assert (can_set("Ask"), can_set("まず")) == (True, False)
    assert line("Ask", size=40, base="ltr").width > 0


def test_marks_stay_with_their_letters() -> None:
    assert clusters("e\u0301x\u0323\u0301") == ["é", "x\u0323\u0301"]
    assert clusters("می\u200cخواهم")[1] == "ی\u200c"
    assert clusters("\u0301a") == ["\u0301", "a"]


@pytest.mark.parametrize(
    ("text", "base", "runs"),
    [
        ("Ask us", "ltr", ["Ask us"]),
        ("Łódź", "ltr", ["Ł", "ó", "dź"]),
        ("من نحن", "rtl", ["نحن", " ", "من"]),
        ("من OpenWeights هنا", "rtl", ["هنا", " ", "OpenWeights", " ", "من"]),
        ("Say سلام now", "ltr", ["Say ", "سلام", " now"]),
        ("عن 30% منها", "rtl", ["منها", " ", "30%", " ", "عن"]),
        ("$5 من", "rtl", ["من", " ", "$5"]),
        ("من 1.5 و", "rtl", ["و", " ", "1.5", " ", "من"]),
        ("% من", "rtl", ["من", "% "]),
    ],
)
def test_runs_stand_as_readers_of_the_line_expect(
    text: str, base: typesetting.Direction, runs: list[str]
) -> None:
    found = [each for each, _direction in seen(text, base)]
    # Letters of one cut may come in fewer runs; the order is what counts.
    assert "".join(found) == "".join(runs)


def test_brackets_in_a_line_from_the_right_are_mirrored() -> None:
    assert ("(", "rtl") in seen("(من)", "rtl")
    drawn = []
    for base in ("rtl", "ltr"):
        picture = Image.new("L", (60, 60))
        set_line = line("(", size=40, base=base)
        set_line.draw(ImageDraw.Draw(picture), x=10, baseline=40, colour=255)
        drawn.append(picture.tobytes())
    assert drawn[0] != drawn[1]


def test_arabic_letters_join() -> None:
    joined = line("بيت", size=80, base="rtl", face=BOLD).width
    apart = sum(line(each, size=80, base="rtl", face=BOLD).width for each in "بيت")
    assert joined < apart * 0.9


def test_lines_are_no_wider_than_asked_and_of_about_one_length() -> None:
    text = "Ask before you train on our work"
    lines = wrapped(text, size=60, base="ltr", width=700)
    widths = [line(each, size=60, base="ltr").width for each in lines]
    assert (" ".join(lines), len(lines)) == (text, 2)
    assert max(widths) <= 700
    assert min(widths) > max(widths) * 0.6


def test_a_word_without_end_is_broken() -> None:
    lines = wrapped("W" * 60, size=60, base="ltr", width=700)
    assert "".join(lines) == "W" * 60
    assert max(line(each, size=60, base="ltr").width for each in lines) <= 700


def test_nothing_makes_no_line() -> None:
    assert wrapped("", size=60, base="ltr", width=700) == []
    assert line("", size=60, base="ltr").width == 0

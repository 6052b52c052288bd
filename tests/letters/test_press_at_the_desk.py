"""The press page at the desk: who may write it, and what comes of what they send."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from campaign.letters import pictures, press_kit, press_pictures
from campaign.letters.models import Letter, PressImage, PressKit, Quote
from campaign.organizers.models import AuditEntry, Organizer, Role, Team
from tests.letters.conftest import browser_of, member

EMPTY = dict.fromkeys(press_kit.FIELDS, "")
QUOTE = {"words": "Nobody asked.", "speaker": "Amira Lindqvist", "about": ""}
Browser = Callable[[Organizer], Client]


@pytest.fixture
def pressed(draft: Letter) -> Letter:
    """With one of everything."""
    press_kit.save_kit(letter=draft, language="en", **EMPTY | {"facts": "It began in spring."})
    press_kit.add_quote(letter=draft, language="en", **QUOTE)
    add_picture(draft)
    return draft


@pytest.fixture
def odile(team: Team) -> Organizer:
    return member(team, "odile@letters.example", "Odile Marchetti", Role.PRESS)


def add_picture(letter: Letter, shade: int = 1) -> PressImage:
    data = uploaded(shade).read()
    return press_pictures.add_picture(letter=letter, data=data, description="A table", credit="")


def uploaded(shade: int = 7, name: str = "table.png") -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (20, 10), (shade, 2, 3)).save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue(), "image/png")


def broken_off() -> bytes:
    written = io.BytesIO()
    Image.effect_noise((90, 90), 99).save(written, "PNG")
    return written.getvalue()[:2000]


def paths(letter: Letter) -> dict[str, str]:
    quote, picture = Quote.objects.get(), PressImage.objects.get()
    slug = letter.slug
    return {
        "kit": reverse("desk_press", args=[slug]),
        "quote_new": reverse("desk_press_quote_new", args=[slug]),
        "quote": reverse("desk_press_quote", args=[slug, quote.pk]),
        "quote_remove": reverse("desk_press_quote_remove", args=[slug, quote.pk]),
        "picture_new": reverse("desk_press_picture_new", args=[slug]),
        "picture": reverse("desk_press_picture", args=[slug, picture.pk]),
        "picture_remove": reverse("desk_press_picture_remove", args=[slug, picture.pk]),
        "picture_file": reverse("desk_press_picture_file", args=[slug, picture.pk]),
    }


def everything() -> list[Any]:
    models = (PressKit, Quote, PressImage, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_strangers_log_in_and_other_teams_find_nothing(
    client: Client, chidi: Organizer, browser: Browser, pressed: Letter
) -> None:
    before, theirs = everything(), browser(chidi)
    for name, path in paths(pressed).items():
        assert client.post(path).status_code in (302, 405), name
        assert theirs.get(path).status_code in (303, 404), name
        assert theirs.post(path).status_code in (404, 405), name
    assert everything() == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.VETTER])
def test_who_may_only_read_sees_it_and_changes_nothing(
    team: Team, pressed: Letter, role: Role
) -> None:
    before, client = everything(), browser_of(member(team, "r@letters.example", "Reader", role))
    all_paths = paths(pressed)
    page = client.get(all_paths["kit"])
    for shown in ("It began in spring.", "Nobody asked.", "A table"):
        assert shown in page.text
    assert 'method="post"' not in page.text.replace("/accounts/", "")
    assert client.get(all_paths["picture_file"])["Content-Type"] == "image/png"
    for name in ("kit", "quote_new", "quote", "quote_remove", "picture_new", "picture"):
        assert client.post(all_paths[name]).status_code == 404, name
    assert client.post(all_paths["picture_remove"]).status_code == 404
    assert "Nothing is written yet." in client.get(f"{all_paths['kit']}?language=ar").text
    assert everything() == before


def test_whoever_speaks_to_the_press_writes_the_page_and_nothing_else(
    odile: Organizer, pressed: Letter
) -> None:
    client, all_paths = browser_of(odile), paths(pressed)
    assert client.get(reverse("desk_details", args=[pressed.slug])).status_code == 404
    sent = EMPTY | {
        "facts": "It began\r\nin autumn.",
        "contact_name": "Odile Marchetti",
        "contact_email": " press@letters.example ",
        "contact_phone": "+353 1 555 0100",
        "seen": press_kit.seal_of(PressKit.objects.get()),
    }
    answer = client.post(f"{all_paths['kit']}?language=en", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{all_paths['kit']}?language=en")
    kit = PressKit.objects.get()
    assert (kit.facts, kit.contact_email) == ("It began\nin autumn.", "press@letters.example")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("press", f"letter {pressed.slug}")
    assert "Shown to everybody on the press page" in client.get(all_paths["kit"]).text


def test_in_another_language_the_controls_run_the_other_way(desk: Client, pressed: Letter) -> None:
    path = paths(pressed)["kit"]
    page = desk.get(f"{path}?language=ar").text
    assert '<textarea name="facts" cols="40" rows="10" maxlength="4000" lang="ar" dir="rtl"' in page
    sent = EMPTY | {"facts": "بدأت في الربيع.", "seen": press_kit.seal_of(None)}
    assert desk.post(f"{path}?language=ar", sent).status_code == 302
    assert PressKit.objects.get(language="ar").facts == "بدأت في الربيع."
    assert desk.get(f"/ar{path}").context["language"] == "ar"
    assert desk.get(path).context["language"] == "en"
    assert desk.get(f"{path}?language=xx").status_code == 404


def test_what_somebody_else_saved_is_shown_before_it_is_replaced(
    desk: Client, pressed: Letter
) -> None:
    path = paths(pressed)["kit"]
    mine = EMPTY | {"facts": "Mine", "seen": press_kit.seal_of(None)}
    answer = desk.post(f"{path}?language=en", mine)
    assert answer.status_code == 422
    assert "Somebody else saved this page while you were writing." in answer.text
    assert "It began in spring." in answer.text
    assert PressKit.objects.get().facts == "It began in spring."
    again = mine | {"seen": answer.context["form"]["seen"].value()}
    assert desk.post(f"{path}?language=en", again).status_code == 302
    assert PressKit.objects.get().facts == "Mine"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("facts", "x" * 4001, "Shorten this to 4,000 characters."),
        ("facts", "a\u202eb", "Take out the invisible control character U+202E"),
        ("embargo", "until\ufffdnoon", "type what stands as � once more."),
        ("funding", "\u200b", "There is nothing in it that could be read."),
        ("contact_email", "press at letters", "Write the address as press@letters.example."),
        ("contact_email", "presse@élan.example", "Write the address as press@letters.example."),
        ("contact_phone", "1" * 41, "Shorten this to 40 characters."),
    ],
)
def test_each_mistake_in_the_kit_is_a_sentence(
    desk: Client, pressed: Letter, field: str, typed: str, sentence: str
) -> None:
    before = everything()
    answer = desk.post(f"{paths(pressed)['kit']}?language=en", EMPTY | {field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before


def test_what_may_be_used_is_told_by_the_organizers_or_left_to_the_site(
    desk: Client, pressed: Letter
) -> None:
    path = paths(pressed)["kit"]
    page = desk.get(f"{path}?language=en").text
    assert page.count("If you leave this empty, this is shown:") == 4
    assert "Please do not republish the whole list" in page
    sent = EMPTY | {
        "reuse_list": "Not at all.",
        "seen": press_kit.seal_of(PressKit.objects.get()),
    }
    assert desk.post(f"{path}?language=en", sent).status_code == 302
    kit = PressKit.objects.get()
    assert (kit.reuse_list, kit.reuse_text) == ("Not at all.", "")
    long = sent | {"reuse_list": "x" * 601, "seen": press_kit.seal_of(kit)}
    answer = desk.post(f"{path}?language=en", long)
    assert (answer.status_code, "Shorten this to 600 characters." in answer.text) == (422, True)


def test_a_picture_is_told_in_another_language(desk: Client, pressed: Letter) -> None:
    path = paths(pressed)["picture"]
    page = desk.get(f"{path}?language=ar").text
    assert 'lang="ar" dir="rtl"' in page
    assert f'action="{path}?language=ar"' in page
    sent = {"description": "طاولة", "credit": ""}
    for _twice in range(2):
        assert desk.post(f"{path}?language=ar", sent).status_code == 302
    picture = PressImage.objects.get()
    assert picture.captions == {"ar": sent}
    assert picture.description == "A table"
    assert "طاولة" in desk.get(f"{path}?language=ar").text
    answer = desk.post(f"{path}?language=ar", sent | {"description": "x" * 301})
    assert answer.status_code == 422
    assert desk.get(f"{path}?language=xx").status_code == 404
    assert PressImage.objects.get().captions == {"ar": sent}


def test_a_quote_is_added_changed_and_taken_out(desk: Client, pressed: Letter) -> None:
    all_paths = paths(pressed)
    assert "A quote in <bdi>Deutsch</bdi>" in desk.get(f"{all_paths['quote_new']}?language=de").text
    sent = QUOTE | {"words": "Niemand fragte."}
    assert desk.post(f"{all_paths['quote_new']}?language=de", sent).status_code == 302
    assert Quote.objects.get(language="de").place == 2
    assert "Nobody asked." in desk.get(all_paths["quote"]).text
    changed = QUOTE | {"about": "novelist", "place": "3"}
    assert desk.post(all_paths["quote"], changed).status_code == 302
    quote = Quote.objects.get(language="en")
    assert (quote.about, quote.place) == ("novelist", 3)
    for _twice in range(2):
        assert desk.post(all_paths["quote_remove"]).status_code == 302
    assert list(Quote.objects.values_list("language", flat=True)) == ["de"]
    assert desk.get(all_paths["quote"]).status_code == 404
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["press_quote", "press_quote", "press_quote_remove"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": ""}, "Write the words that may be quoted."),
        ({"speaker": " "}, "Say whose words these are."),
        ({"place": "0"}, "Give a number from 1 to 999."),
        ({"place": "first"}, "Give a number from 1 to 999."),
    ],
)
def test_each_mistake_in_a_quote_is_a_sentence(
    desk: Client, pressed: Letter, changes: dict[str, str], sentence: str
) -> None:
    before = everything()
    answer = desk.post(paths(pressed)["quote"], QUOTE | {"place": "1"} | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before


def test_a_picture_is_added_seen_changed_and_taken_out(desk: Client, pressed: Letter) -> None:
    all_paths = paths(pressed)
    assert desk.get(all_paths["picture_new"]).status_code == 200
    sent = {"file": uploaded(), "description": "A chair", "credit": "Odile"}
    assert desk.post(all_paths["picture_new"], sent).status_code == 302
    chair = PressImage.objects.get(description="A chair")
    assert 'alt="A chair"' in desk.get(all_paths["kit"]).text
    seen = desk.get(reverse("desk_press_picture_file", args=[pressed.slug, chair.pk]))
    assert (seen["Content-Type"], seen.content) == ("image/png", bytes(chair.content))
    assert "no-store" in seen["Cache-Control"]
    assert "A table" in desk.get(all_paths["picture"]).text
    words = {"description": "A long table", "credit": "", "place": "2"}
    assert desk.post(all_paths["picture"], words).status_code == 302
    for _twice in range(2):
        assert desk.post(all_paths["picture_remove"]).status_code == 302
    assert list(PressImage.objects.values_list("description", flat=True)) == ["A chair"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Choose a picture on your device."),
        (SimpleUploadedFile("a.png", b"", "image/png"), "The file is empty."),
        (SimpleUploadedFile("a.png", b"<html>", "image/png"), "This is no JPEG, PNG or WebP"),
        (SimpleUploadedFile("a.svg", b"<svg/>", "image/svg+xml"), "This is no JPEG, PNG or WebP"),
        (SimpleUploadedFile("a.png", broken_off()), "cannot be read to its end"),
        (
            SimpleUploadedFile("a.png", b"\0" * (pictures.MOST_BYTES + 1), "image/png"),
            "The file is too large: 8 MB are the most.",
        ),
        (uploaded(1), "This picture is on the press page already."),
    ],
)
def test_a_hostile_or_mistaken_file_gets_a_sentence(
    desk: Client, pressed: Letter, file: SimpleUploadedFile | None, sentence: str
) -> None:
    before = everything()
    sent = {"description": "Typed with care", "credit": ""} | ({"file": file} if file else {})
    if file:
        file.seek(0)
    answer = desk.post(paths(pressed)["picture_new"], sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    # One sentence, beside the field and in the summary; what was typed stays.
    assert len(answer.context["form"].errors["file"]) == 1
    assert "Typed with care" in answer.text
    assert everything() == before


def test_a_picture_needs_words(desk: Client, pressed: Letter) -> None:
    answer = desk.post(
        paths(pressed)["picture_new"], {"file": uploaded(), "description": "", "credit": ""}
    )
    assert answer.status_code == 422
    assert "Say what the picture shows." in answer.text


def test_there_is_an_end_to_quotes_and_pictures(desk: Client, pressed: Letter) -> None:
    all_paths = paths(pressed)
    for number in range(press_pictures.MAX_PICTURES - 1):
        add_picture(pressed, 100 + number)
    Quote.objects.bulk_create(
        Quote(letter=pressed, language="en", words=f"{number}", speaker="A")
        for number in range(press_kit.MAX_QUOTES - 1)
    )
    sent = {"file": uploaded(), "description": "One more", "credit": ""}
    answer = desk.post(all_paths["picture_new"], sent)
    assert (answer.status_code, "There are 12 pictures already." in answer.text) == (422, True)
    answer = desk.post(all_paths["quote_new"], QUOTE | {"words": "One more"})
    assert (answer.status_code, "There are 30 quotes already." in answer.text) == (422, True)
    assert "Add a picture" not in desk.get(all_paths["kit"]).text


def test_the_page_costs_the_same_at_one_and_at_three(desk: Client, pressed: Letter) -> None:
    path = paths(pressed)["kit"]

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(path)
        assert not any('"content"' in query["sql"] for query in captured)
        return len(captured)

    queries()
    before = queries()
    for number in (50, 60):
        add_picture(pressed, number)
        press_kit.add_quote(letter=pressed, language="en", **QUOTE | {"words": f"{number}"})
    assert queries() == before

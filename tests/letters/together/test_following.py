"""A translation beside its original, and what changed there since it was saved."""

from campaign.letters import drafting
from campaign.letters.models import Letter, Text, Translation
from campaign.letters.texts import draft_text
from campaign.letters.together import keeping
from campaign.letters.together.following import Beside, beside
from campaign.organizers.models import Organizer

BODY = "We write.\n\nNobody asked.\n\nWe sign."
FRENCH = "Nous écrivons.\n\nPersonne n’a demandé.\n\nNous signons."


def text_of(letter: Letter) -> Text:
    text = draft_text(letter=letter)
    assert text is not None
    return text


def save(letter: Letter, body: str, language: str = "en") -> None:
    title = {"en": "Ask", "fr": "Demandez"}.get(language, "?")
    drafting.save_translation(
        text=text_of(letter), language=language, title=title, addressee="—", body=body
    )


def french(letter: Letter, *, number: int | None = None) -> Beside:
    text = text_of(letter)
    draft = (
        keeping.numbered(letter=letter, number=number)
        if number
        else keeping.latest_draft(text=text)
    )
    assert draft is not None
    found = beside(draft=draft, language="fr")
    assert found is not None
    return found


def told(found: Beside) -> list[tuple[str, str, bool]]:
    return [
        (
            "".join(
                {"same": "", "removed": "-", "added": "+"}[piece.kind] + piece.words
                for piece in pair.original
            ),
            pair.paragraph.words if pair.paragraph else "",
            pair.is_changed,
        )
        for pair in found.pairs[2:]
    ]


def test_each_paragraph_stands_beside_its_translation(draft: Letter) -> None:
    save(draft, BODY)
    save(draft, FRENCH, "fr")
    found = french(draft)
    assert found.original.title == "Ask"
    assert told(found) == [
        ("We write.", "Nous écrivons.", False),
        ("Nobody asked.", "Personne n’a demandé.", False),
        ("We sign.", "Nous signons.", False),
    ]
    assert (found.changed, found.is_untranslated) == (0, False)


def test_what_changed_since_is_shown_in_its_words(draft: Letter) -> None:
    save(draft, BODY)
    save(draft, FRENCH, "fr")
    save(draft, "An opening.\n\nWe write.\n\nNobody was asked.")
    assert told(french(draft)) == [
        ("+An opening.", "", True),
        ("We write.", "Nous écrivons.", False),
        ("Nobody+ was asked.", "Personne n’a demandé.", True),
        ("-We sign.", "Nous signons.", True),
    ]
    assert french(draft).changed == 3
    assert french(draft).is_untranslated


def test_saving_the_translation_follows_the_original_also_unchanged(draft: Letter) -> None:
    save(draft, BODY)
    save(draft, FRENCH, "fr")
    save(draft, BODY.replace("We sign", "All sign"))
    assert french(draft).changed == 1
    save(draft, FRENCH, "fr")
    assert french(draft).changed == 0
    # It is no new draft, since no word changed: approvals stand.
    assert keeping.drafts_of(text=text_of(draft)).count() == 4


def test_another_language_follows_nothing(draft: Letter) -> None:
    save(draft, BODY)
    save(draft, FRENCH, "fr")
    save(draft, BODY.replace("We sign", "All sign"))
    save(draft, "نكتب.", "ar")
    assert french(draft).changed == 1


def test_a_draft_that_is_brought_back_is_as_far_behind_as_it_was(
    draft: Letter, amira: Organizer
) -> None:
    save(draft, BODY)
    save(draft, FRENCH, "fr")
    save(draft, BODY.replace("We sign", "All sign"))
    save(draft, FRENCH + "\n\nFin.", "fr")
    behind = keeping.numbered(letter=draft, number=4)
    assert behind is not None
    text = text_of(draft)
    latest = keeping.latest_draft(text=text)
    assert latest is not None
    assert french(draft, number=4).changed == 1
    drafting.bring_back(text=text, draft=behind, expected_seal=latest.seal, organizer=amira)
    assert french(draft).changed == 1


def test_what_is_missing_or_left_in_the_original_is_untranslated(draft: Letter) -> None:
    long = "We write to those who build machines out of what others made."
    save(draft, f"{long}\n\nNobody asked.")
    save(draft, "Nous écrivons.", "fr")
    assert french(draft).is_untranslated
    save(draft, f"{long}\n\nPersonne.", "fr")
    assert french(draft).is_untranslated
    save(draft, "Nous écrivons.\n\nNobody asked.", "fr")
    assert not french(draft).is_untranslated


def test_after_another_language_counts_nothing_is_said_to_have_changed(draft: Letter) -> None:
    save(draft, BODY)
    save(draft, FRENCH, "fr")
    save(draft, "Wir schreiben.\n\nNiemand.\n\nWir.", "de")
    drafting.mark_authoritative(translation=Translation.objects.get(language="de"))
    assert french(draft).followed_another
    assert french(draft).changed == 0
    save(draft, FRENCH, "fr")
    assert not french(draft).followed_another


def test_the_language_that_counts_stands_beside_nothing(draft: Letter) -> None:
    latest = keeping.latest_draft(text=text_of(draft))
    assert latest is not None
    assert beside(draft=latest, language="en") is None
    assert beside(draft=latest, language="fr") is None

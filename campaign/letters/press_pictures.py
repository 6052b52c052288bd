"""Pictures for the press: uploaded, described, seen, taken out."""

from dataclasses import asdict, dataclass

from django.db import transaction

from campaign.letters import errors, pictures
from campaign.letters.models import Letter, PressImage

MAX_PICTURES = 12


@dataclass(frozen=True, slots=True)
class Caption:
    """`language` is empty where nobody has said which it is."""

    description: str
    credit: str
    language: str


def add_picture(*, letter: Letter, data: bytes, description: str, credit: str) -> PressImage:
    """Raises PictureRefused, PictureKnown, EnoughForThePress."""
    if PressImage.objects.filter(letter=letter).count() >= MAX_PICTURES:
        raise errors.EnoughForThePress
    found = pictures.made_anew(data)
    with transaction.atomic():
        # Of two at once, the second sees what the first has added.
        Letter.objects.select_for_update().values_list("pk").get(pk=letter.pk)
        others = PressImage.objects.filter(letter=letter).defer("content")
        if others.filter(sha256=found.sha256).exists():
            raise errors.PictureKnown
        if others.count() >= MAX_PICTURES:
            raise errors.EnoughForThePress
        last = others.order_by("-place").first()
        return PressImage.objects.create(
            letter=letter,
            description=description,
            credit=credit,
            **asdict(found),
            place=last.place + 1 if last else 1,
        )


def change_picture(*, picture: PressImage, description: str, credit: str, place: int) -> None:
    """Nothing happens if it was taken out meanwhile."""
    mine = PressImage.objects.filter(pk=picture.pk)
    mine.update(description=description, credit=credit, place=place)


def tell_in(*, picture: PressImage, language: str, description: str, credit: str) -> None:
    """Caption and credit for readers of this language; with no description, those of all."""
    with transaction.atomic():
        mine = PressImage.objects.select_for_update().filter(pk=picture.pk)
        if (captions := mine.values_list("captions", flat=True).first()) is None:
            return
        captions.pop(language, None)
        if description:
            captions[language] = {"description": description, "credit": credit}
        mine.update(captions=captions)


def caption(*, picture: PressImage, language: str) -> Caption:
    """In this language, else as it was first told, in whichever."""
    if found := picture.captions.get(language):
        return Caption(found["description"], found["credit"], language)
    return Caption(picture.description, picture.credit, "")


def remove_picture(*, picture: PressImage) -> None:
    """Removing it twice is fine."""
    PressImage.objects.filter(pk=picture.pk).delete()

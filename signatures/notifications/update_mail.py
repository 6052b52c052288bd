"""What the mail of an update says: the organizers' words, and what is each recipient's own.

It holds no link to the signer's own page: people pass news on, and whoever has that link can change
what stands on the list. The link to leave only stops mail.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import markdown, plain_text, updates
from campaign.letters.models import Letter, Update, UpdateWords
from campaign.letters.texts import current_text, main_translation, translation_for
from campaign.mail import composing
from campaign.mail.composing import Content
from campaign.mail.splicing import Prebuilt, Spliced, mark, without_marks
from campaign.templatetags.locale_format import number_in
from signatures.addresses import email_key
from signatures.models import Signature, UpdateTest
from signatures.moderation import contact
from signatures.notifications import leaving
from signatures.notifications.leaving import Subscriber
from signatures.record import tally

_EXAMPLE_NUMBER = 1234
_ANY_TOKEN = "x" * leaving.TOKEN_LENGTH
# Of the private use area: nobody's words hold it.
_EDGE = "\ue002"


class Recipient(NamedTuple):
    """What a mail needs of a signature, which costs less to load."""

    id: int
    letter_id: int
    email: str
    email_key: bytes
    number: int | None
    language: str
    public_id: str


class UpdateMail:
    """An update in one language, composed once; `to` puts in what is a recipient's own."""

    def __init__(self, *, update: Update, language: str, is_test: bool = False) -> None:
        """`language` is that of the signature: where the update has no words in it, it gets those
        in the letter's authoritative language."""
        self.interface = languages.interface_for(language)
        self._update_id = update.pk
        letter = update.letter
        text = current_text(letter=letter)
        authoritative = main_translation(text)
        shown = translation_for(text=text, language=language) if text else None
        words = updates.words_for(
            words=updates.words_of(update=update),
            language=language,
            authoritative=authoritative.language if authoritative else "",
        )
        with translation.override(language):
            leave = settings.SITE_URL + reverse("leave", args=[_ANY_TOKEN])
            content = composing.render(
                template="signatures/email/update",
                context=_context(update, letter, words)
                | {
                    "translation": shown,
                    "leave_link": leave.replace(_ANY_TOKEN, mark("leave_token")),
                    "standing": mark("standing"),
                    # It sends them the link to their own page. The same for all, as news has many
                    # recipients and is passed on.
                    "not_me_url": settings.SITE_URL + reverse("what_signed"),
                    "is_test": is_test,
                },
                why=_(
                    "You get this e-mail because you signed an open letter at %(host)s and asked "
                    "for its news."
                )
                % {"host": settings.SITE_HOST},
            )
            self._spliced = Spliced(
                content=content,
                headers=composing.list_headers(
                    leave_link=leave.replace(_ANY_TOKEN, mark("leave_token")),
                    list_id=f"{letter.slug}.letters",
                ),
                reply_to=contact.address_of(letter=letter, language=self.interface),
            )
            self._without_number = _("You signed this letter.")
            self._with_number = _("You signed this letter as number %(number)s.")
        self.content: Content = content

    def to(self, recipient: Recipient | Signature, *, delivery_id: int) -> Prebuilt:
        """The Message-ID depends on the delivery alone, so that a repeat can be told."""
        who = Subscriber(recipient.letter_id, bytes(recipient.email_key))
        return self._spliced.to(
            recipient.email,
            message_id=f"update-{self._update_id}-{delivery_id}.{recipient.public_id}",
            words=self._own(who, recipient.number),
        )

    def to_organizer(self, test: UpdateTest) -> Prebuilt:
        email = test.organizer.email
        who = Subscriber(test.update.letter_id, email_key(email))
        return self._spliced.to(
            email,
            message_id=f"update-{test.update_id}-test-{test.pk}-{test.asked_at:%Y%m%d%H%M%S%f}",
            words=self._own(who, _EXAMPLE_NUMBER),
        )

    def around_words(self) -> tuple[str, str]:
        """What stands before and after the organizers' words, in plain text, as somebody reads it
        who is nobody: the link to leave leads nowhere."""
        shown = {"leave_token": "…", "standing": self._standing(_EXAMPLE_NUMBER), "edge": _EDGE}
        before, *_words, after = self._spliced.content(shown).text.split(_EDGE)
        return before, after

    def _own(self, who: Subscriber, place: int | None) -> Mapping[str, str]:
        token = leaving.token_for(who)
        return {"leave_token": token, "standing": self._standing(place), "edge": ""}

    def _standing(self, place: int | None) -> str:
        if place is None:
            return self._without_number
        return self._with_number % {"number": number_in(place, language=self.interface)}


def _context(update: Update, letter: Letter, words: UpdateWords) -> dict[str, object]:
    html = markdown.render(words.body, direction=words.direction)
    return {
        "update": update,
        "words": words,
        "body": mark_safe(without_marks(html)),  # noqa: S308 -- as safe as before
        "plain_body": without_marks(plain_text.render(words.body)),
        "edge": mark("edge"),
        "letter": letter,
        "letter_url": settings.SITE_URL + reverse("letter", args=[letter.slug]),
        "update_url": (
            settings.SITE_URL + reverse("update", args=[letter.slug, update.number])
            if update.is_public
            else ""
        ),
        "checkpoint": tally.latest(letter_id=letter.pk),
    }

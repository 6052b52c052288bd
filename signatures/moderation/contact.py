"""How a signer reaches the organizers of a letter."""

from campaign.letters import press_kit
from campaign.letters.models import Letter, PressKit


def address_of(*, letter: Letter, language: str) -> str:
    """The e-mail address that the organizers have made public, that of this language first; empty
    if there is none."""
    public = PressKit.objects.filter(letter=letter).exclude(contact_email="")
    kit = press_kit.shown(kits=public, preferred=(language,)).get("contact")
    return kit.contact_email if kit else ""

"""What the desk says beside the count: who must still act, and whether the mail goes out."""

from django import template

from campaign.letters.models import Letter
from campaign.mail import breaker
from campaign.mail.models import MailServer
from signatures.notifications.progress import Progress, of_letters

register = template.Library()


@register.simple_tag
def progress_of(letter: Letter) -> Progress:
    return of_letters([letter])[letter.pk]


@register.simple_tag
def mail_trouble() -> MailServer | None:
    return breaker.trouble()

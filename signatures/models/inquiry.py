from django.db import models

from campaign.mail.models import OwedMail


class Inquiry(OwedMail):
    """Somebody asked what was signed with an address, which is known by its keyed hash alone: what
    is answered goes to the addresses that signed. Deleted once it is, or a day later."""

    address_key = models.BinaryField(max_length=32, unique=True)
    # Of the page on which it was asked.
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "inquiries"

    def __str__(self) -> str:
        return f"inquiry {self.pk}"

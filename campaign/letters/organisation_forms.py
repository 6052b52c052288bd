"""The desk's form for an organisation that is asked to stand behind a letter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.letters.forms import WordingField
from campaign.letters.press_forms import PublicAddressField
from campaign.templatetags.locale_format import shorten_to


class OrganisationForm(forms.Form):
    name = WordingField(
        label=_("Name"),
        max_length=120,
        help_text=_("As it will stand on the letter’s page. It cannot be changed afterwards."),
        silent=_("Give the organisation’s name."),
        error_messages={"max_length": shorten_to(120)},
    )
    email = PublicAddressField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("An address of the organisation’s own: readers see what stands after its @."),
        error_messages={"required": _("Give the address at which the organisation is asked.")},
    )

"""A letter put away from the list of its team, and brought back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.letters import archiving, errors
from campaign.letters.views.desk import DeskRequest, desk_view, letter_to_change, recorded


@desk_view("POST")
def archive(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    try:
        with recorded(request, letter, "archive"):
            archiving.archive(letter=letter, now=timezone.now())
    except errors.NotOver:
        messages.error(request, _("A letter that can be signed is not archived: close it first."))
    except errors.ArchivedMeanwhile:
        messages.info(request, _("The letter is archived already."))
    else:
        messages.success(
            request, _("Archived. You find it below your list of letters, under “Archived”.")
        )
    return redirect("desk_letter", letter.slug)


@desk_view("POST")
def bring_back(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    try:
        with recorded(request, letter, "bring_back"):
            archiving.bring_back(letter=letter)
    except errors.ArchivedMeanwhile:
        messages.info(request, _("The letter is in your list already."))
    else:
        messages.success(request, _("Brought back into your list of letters."))
    return redirect("desk_letter", letter.slug)

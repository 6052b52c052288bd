"""What an organizer is told of by e-mail, for each of their teams."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.organizers.models import Membership
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.pages import PageContext
from signatures.forms.desk.notices import NoticesForm
from signatures.notifications.notices import choices


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesContext(PageContext):
    form: NoticesForm


@desk_view("GET", "HEAD", "POST")
def notices(request: DeskRequest) -> HttpResponse:
    mine = Membership.objects.filter(organizer=request.user).select_related("team")
    form = NoticesForm(
        request.POST if request.method == "POST" else None,
        memberships=list(mine.order_by("team__name", "team")),
        times=choices.times(organizer=request.user),
    )
    if form.is_valid():
        choices.choose(organizer=request.user, times=form.times(), kinds=form.kinds())
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("desk_notices"), status=303)
    status = 422 if form.errors else 200
    return desk_page(
        request,
        "signatures/desk/notices.html",
        NoticesContext(form=form),
        section="notices",
        status=status,
    )

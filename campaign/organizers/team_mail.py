"""Each other owner hears by e-mail who joined the team or got another role.

Where two organizers are needed, whoever came counts a day later (`seconding`): in that day the
others can see whether they know them.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign.mail.composing import render
from campaign.organizers import account_mail, seconding
from campaign.organizers.models import Membership, Organizer, Role


def owe(
    *,
    membership: Membership,
    language: str,
    now: datetime,
    joined: bool,
    by: Organizer | None = None,
) -> None:
    """In the caller's transaction. Nobody hears of what they did themselves."""
    team, member = membership.team, membership.organizer
    owners = Organizer.objects.filter(
        memberships__team=team, memberships__role=Role.OWNER, is_active=True
    )
    others = list(
        owners.exclude(pk__in=[each.pk for each in (member, by) if each])
        .order_by("pk")
        .values_list("email", flat=True)
    )
    if not others:
        return
    with translation.override(language):
        content = render(
            template="campaign/organizers/email/team_changed",
            context={
                "member": " ".join(str(member).split()),
                "address": member.email,
                "team": team,
                "role": membership.get_role_display(),
                "joined": joined,
                "counts_from": seconding.waits_until(membership=membership, now=now),
                "link": settings.SITE_URL + reverse("desk_team", args=[team.slug]),
            },
            why=_("You get this e-mail because you are an owner of the team."),
        )
    for address in others:
        account_mail.owe(content=content, to=address)

"""How far asking the people of a file has come: figures only, and nobody's answer by itself."""

from collections.abc import Mapping

from django.db.models import Count, Q

from signatures.models import ImportState, InvitationState, SheetImport, SigningInvitation


def progress(*, sheet: SheetImport) -> Mapping[str, int]:
    """`waiting` is whose mail is not settled. Those whose address has signed already, or wants no
    mail, are settled as if they had got it: nobody learns here who that is."""
    if sheet.state in (ImportState.RECEIVED, ImportState.CHECKING):
        return {"total": sheet.total, "waiting": sheet.total - sheet.checked}
    asked = SigningInvitation.objects.filter(sheet=sheet).aggregate(
        made=Count("pk"),
        owed=Count("pk", filter=~Q(mail="")),
        yes=Count("pk", filter=Q(state=InvitationState.ACCEPTED)),
        no=Count("pk", filter=Q(state=InvitationState.DECLINED)),
    )
    is_asking = sheet.state == ImportState.ASKING
    total = sheet.found.get("fresh", 0) if is_asking else sheet.asked
    waiting = asked["owed"] + (max(0, total - asked["made"]) if is_asking else 0)
    settled = max(0, total - waiting)
    answered = asked["yes"] + asked["no"]
    return {
        "total": total,
        "waiting": waiting,
        "settled": settled,
        "yes": asked["yes"],
        "no": asked["no"],
        "open": max(0, settled - answered),
    }


def is_moving(*, sheet: SheetImport, waiting: int) -> bool:
    return sheet.state in ImportState.moving() or (sheet.state == ImportState.DONE and waiting > 0)

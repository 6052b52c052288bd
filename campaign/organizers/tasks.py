from celery import shared_task

from campaign.organizers import account_mail
from campaign.organizers.mailing import send_owed


@shared_task(name="campaign.organizers.tasks.send_owed_invitations")
def send_owed_invitations() -> None:
    """Beat's sweep, and sooner after an invitation; safe to run twice and at once."""
    send_owed()


@shared_task(name="campaign.organizers.tasks.send_owed_account_mail")
def send_owed_account_mail() -> None:
    """Beat's sweep, and sooner after whatever owes one; safe to run twice and at once."""
    account_mail.send_owed()

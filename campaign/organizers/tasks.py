from celery import shared_task

from campaign.organizers.mailing import send_owed


@shared_task(name="campaign.organizers.tasks.send_owed_invitations")
def send_owed_invitations() -> None:
    """Beat's sweep, and sooner after an invitation; safe to run twice and at once."""
    send_owed()

from celery import shared_task
from django.utils import timezone

from campaign.letters import closing


@shared_task(name="campaign.letters.tasks.close_due_letters")
def close_due_letters() -> None:
    """Beat's sweep; safe to run twice and at once."""
    closing.close_due_letters(now=timezone.now())

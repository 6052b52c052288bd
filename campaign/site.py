from django.apps import AppConfig

# Checks register themselves, and `campaign.wake` needs the app of Celery in every process.
from campaign import celery, checks  # noqa: F401


class SiteConfig(AppConfig):
    """The site itself: its checks, template filters and commands."""

    name = "campaign"
    label = "site_itself"

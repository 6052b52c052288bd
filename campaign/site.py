from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The site itself: its checks, template filters and commands."""

    name = "campaign"
    label = "site_itself"

    def ready(self) -> None:
        from campaign import checks  # noqa: F401

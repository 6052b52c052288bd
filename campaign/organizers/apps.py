from django.apps import AppConfig


class OrganizersConfig(AppConfig):
    name = "campaign.organizers"
    label = "organizers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 -- app registry

        from campaign.organizers.sessions import when_added  # noqa: PLC0415 -- app registry

        authenticator_added.connect(when_added)

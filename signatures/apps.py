from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from campaign.letters import signed
        from signatures.signing import anybody_signed

        signed.answer_with(anybody_signed)

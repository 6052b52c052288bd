from django.apps import AppConfig

from campaign.letters import signed

# Checks register themselves.
from signatures import checks  # noqa: F401


class SignaturesConfig(AppConfig):
    name = "signatures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from campaign.letters import before_publishing  # noqa: PLC0415 -- app registry
        from campaign.letters.before_publishing import Lack  # noqa: PLC0415 -- app registry
        from signatures.screening import watchlist  # noqa: PLC0415 -- app registry
        from signatures.signing import anybody_signed  # noqa: PLC0415 -- app registry
        from signatures.verification import registry  # noqa: PLC0415 -- app registry
        from signatures.verification.methods import METHODS  # noqa: PLC0415 -- app registry

        signed.answer_with(anybody_signed)
        before_publishing.also_ask(Lack.WATCHED_NAMES, watchlist.watches_nobody)
        registry.install(METHODS)

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

import campaign.letters.urls
import campaign.organizers.urls
import signatures.urls
from campaign import health
from campaign.organizers import passkeys

handler500 = "campaign.outage.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *signatures.urls.files,
    # Behind the page that the signatures have there.
    path("admin/", admin.site.urls),
    *i18n_patterns(
        *signatures.urls.pages,
        *campaign.letters.urls.urlpatterns,
        *campaign.organizers.urls.urlpatterns,
        # For organizers. Of accounts elsewhere there are only the addresses in signatures.urls.
        path(
            "accounts/2fa/webauthn/login/",
            passkeys.LoginView.as_view(),
            name="mfa_login_webauthn",
        ),
        path("accounts/2fa/", include("allauth.mfa.urls")),
        path("accounts/", include("allauth.account.urls")),
        prefix_default_language=False,
    ),
]

if settings.DEMO:
    import demo.urls

    urlpatterns += demo.urls.urlpatterns

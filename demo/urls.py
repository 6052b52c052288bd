from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, path

from demo import mailbox, proving

urlpatterns: list[URLPattern | URLResolver] = i18n_patterns(
    path("demo/mail/", mailbox.mailbox, name="demo_mail"),
    path("demo/mail/<str:name>/", mailbox.message, name="demo_message"),
    path("demo/mail/<str:name>/html", mailbox.message_html, name="demo_message_html"),
    path("demo/proofs/", proving.overview, name="demo_proofs"),
    path("demo/proofs/place/", proving.place, name="demo_place"),
    path("demo/proofs/<slug:slug>/", proving.go, name="demo_proof"),
    path("demo/proofs/<slug:slug>/<str:token>/", proving.done, name="demo_proof_done"),
    prefix_default_language=False,
)

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, path

from demo import gallery, mailbox, verification_pages

urlpatterns: list[URLPattern | URLResolver] = i18n_patterns(
    path("demo/mail/", mailbox.mailbox, name="demo_mail"),
    path("demo/mail/<str:name>/", mailbox.message, name="demo_message"),
    path("demo/mail/<str:name>/html", mailbox.message_html, name="demo_message_html"),
    path("demo/mails/", gallery.gallery, name="demo_mails"),
    path("demo/mails/<str:language>/<str:key>/", gallery.mail, name="demo_mails_one"),
    path(
        "demo/mails/<str:language>/<str:key>/<str:scheme>/",
        gallery.mail_html,
        name="demo_mails_html",
    ),
    path("demo/proofs/", verification_pages.overview, name="demo_proofs"),
    path("demo/proofs/place/", verification_pages.place, name="demo_place"),
    path("demo/proofs/<slug:slug>/", verification_pages.go, name="demo_proof"),
    path("demo/proofs/<slug:slug>/<str:token>/", verification_pages.done, name="demo_proof_done"),
    prefix_default_language=False,
)

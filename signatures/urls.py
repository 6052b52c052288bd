from django.urls import path

from signatures.views import letters, listing, own_page, preview, record, signing

# With the language in front: what people read.
pages = [
    path("", letters.home, name="home"),
    path("numbers/", letters.numbers, name="numbers"),
    path("letters/<slug:slug>/", letters.letter, name="letter"),
    path("letters/<slug:slug>/sign/", signing.sign, name="sign"),
    path("letters/<slug:slug>/inbox/<str:ticket>/", signing.inbox, name="inbox"),
    path("letters/<slug:slug>/inbox/<str:ticket>/resend/", signing.resend, name="inbox_resend"),
    path("letters/<slug:slug>/inbox/<str:ticket>/correct/", signing.correct, name="inbox_correct"),
    path("letters/<slug:slug>/signatories/", listing.signatories, name="signatories"),
    path("letters/<slug:slug>/record/", record.record, name="record"),
    path("s/<str:token>/", own_page.link, name="link"),
    path("s/<str:token>/thanks/", own_page.thanks, name="link_thanks"),
    path("s/<str:token>/number/", own_page.own_number, name="link_number"),
    path("s/<str:token>/resend/", own_page.resend, name="link_resend"),
    path("s/<str:token>/edit/", own_page.edit, name="link_edit"),
    path("s/<str:token>/withdraw/", own_page.withdraw, name="link_withdraw"),
    path("desk/letters/<slug:slug>/preview/", preview.preview, name="desk_preview"),
]

# Without: what machines read.
files = [
    path("letters/<slug:slug>/count", record.count, name="count"),
    path(
        "letters/<slug:slug>/text/<int:number>.<slug:language>.md",
        letters.text_source,
        name="text_source",
    ),
    path("letters/<slug:slug>/record/checkpoint", record.checkpoint, name="record_checkpoint"),
    path("letters/<slug:slug>/record/tile/<path:path>", record.tile, name="record_tile"),
]

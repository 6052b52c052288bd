from django.urls import path

from signatures.views import (
    letters,
    listing,
    own_page,
    preview,
    proofs,
    record,
    signing,
    vetting,
    vetting_bulk,
    watched,
)

# With the language in front: what people read.
pages = [
    path("", letters.home, name="home"),
    path("numbers/", letters.numbers, name="numbers"),
    path("how-we-verify/", proofs.how_we_verify, name="how_we_verify"),
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
    path("s/<str:token>/proofs/", proofs.overview, name="link_proofs"),
    path("s/<str:token>/proofs/<slug:method>/", proofs.start, name="link_proof_start"),
    path("s/<str:token>/proofs/<int:proof_id>/show/", proofs.one, name="link_proof"),
    path("s/<str:token>/proofs/<int:proof_id>/check/", proofs.check, name="link_proof_check"),
    path("s/<str:token>/proofs/<int:proof_id>/code/", proofs.code, name="link_proof_code"),
    path("s/<str:token>/proofs/<int:proof_id>/revoke/", proofs.revoke, name="link_proof_revoke"),
    path("desk/letters/<slug:slug>/preview/", preview.preview, name="desk_preview"),
    path("desk/letters/<slug:slug>/watched/", watched.watched, name="desk_watched"),
    path("desk/letters/<slug:slug>/vetting/", vetting.queue, name="desk_vetting"),
    path("desk/letters/<slug:slug>/vetting/next/", vetting.next_one, name="desk_vetting_next"),
    path("desk/letters/<slug:slug>/vetting/undo/", vetting.undo, name="desk_vetting_undo"),
    path("desk/letters/<slug:slug>/vetting/bulk/", vetting_bulk.bulk, name="desk_vetting_bulk"),
    path("desk/letters/<slug:slug>/vetting/<str:public_id>/", vetting.one, name="desk_vet"),
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

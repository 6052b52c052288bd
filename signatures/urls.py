from django.contrib import admin
from django.urls import path, re_path

from campaign.account_providers import DUMMY, SUPPORTED
from signatures.views.api import entrance
from signatures.views.desk import (
    asking,
    bulk,
    curating,
    exports,
    handing_over,
    home,
    importing,
    invitation_sheets,
    notables,
    notices,
    numbers,
    precautions,
    preview,
    questions,
    quotes,
    rosters,
    today,
    update_steps,
    vetting,
    vetting_bulk,
    watched,
    webhooks,
)
from signatures.views.desk import invitations as invitation_desk
from signatures.views.desk import mail as mail_desk
from signatures.views.desk import reports as report_desk
from signatures.views.desk import sampling as sampling_desk
from signatures.views.desk import snapshots as snapshot_desk
from signatures.views.desk import updates as update_desk
from signatures.views.hooks import mail as mail_hook
from signatures.views.operations import metrics, queues
from signatures.views.public import (
    about,
    corrections,
    delivery,
    discovery,
    downloads,
    embedding,
    following,
    how_we_verify,
    letter_pdf,
    letters,
    look,
    oembed,
    press,
    record,
    reports,
    sampling,
    signatories,
    site_record,
    snapshots,
    updates,
    verifying,
    versions,
    what_signed,
)
from signatures.views.public import api as api_page
from signatures.views.signer import (
    accounts,
    authority,
    embargoed,
    evidence,
    leaving,
    membership,
    own_data,
    own_page,
    proofs,
    signing,
    undoing,
    vouching,
)
from signatures.views.signer import following as signer_following
from signatures.views.signer import invitations as signer_invitations
from signatures.views.signer import organisations as signer_organisations
from signatures.views.signer import reports as signer_reports
from signatures.views.signer import sampling as signer_sampling

_DESK_WEBHOOKS = "desk/team/<slug:slug>/webhooks"
_DESK_WEBHOOK = f"{_DESK_WEBHOOKS}/<int:webhook_id>"
_DESK_DELIVER = "desk/letters/<slug:slug>/deliver"
_DESK_FORM = "desk/letters/<slug:slug>/form"
_DESK_ASSEMBLY = "desk/letters/<slug:slug>/assembly"
_DESK_BULK = "desk/letters/<slug:slug>/bulk"
_DESK_IMPORT = "desk/letters/<slug:slug>/import"
_DESK_UPDATES = "desk/letters/<slug:slug>/updates"
_DESK_UPDATE = f"{_DESK_UPDATES}/<int:number>"

# With the language in front: what people read.
pages = [
    path("", letters.home, name="home"),
    path("numbers/", letters.numbers, name="numbers"),
    path("about/", about.about, name="about"),
    path("api/", api_page.about, name="api_page"),
    path("how-we-verify/", how_we_verify.how_we_verify, name="how_we_verify"),
    path("signed/", what_signed.what_signed, name="what_signed"),
    path("signed/sent/", what_signed.what_signed_sent, name="what_signed_sent"),
    path("verify/", verifying.verify_page, name="verify"),
    path("record/", site_record.record, name="site_record"),
    path("letters/<slug:slug>/", letters.letter, name="letter"),
    path("letters/<slug:slug>/letter.pdf", letter_pdf.letter_pdf, name="letter_pdf"),
    path("letters/<slug:slug>/delivery/", delivery.delivery, name="delivery"),
    path("letters/<slug:slug>/versions/", versions.versions, name="versions"),
    path("letters/<slug:slug>/versions/<int:number>/", versions.version, name="version"),
    path(
        "letters/<slug:slug>/versions/<int:before>-<int:after>/", versions.changes, name="changes"
    ),
    path("letters/<slug:slug>/updates/", updates.updates, name="updates"),
    path("letters/<slug:slug>/updates/<int:number>/", updates.update, name="update"),
    path("letters/<slug:slug>/updates.xml", updates.updates_feed, name="updates_feed"),
    path("letters/<slug:slug>/sign/", signing.sign, name="sign"),
    path("letters/<slug:slug>/inbox/<str:ticket>/", signing.inbox, name="inbox"),
    path("letters/<slug:slug>/inbox/<str:ticket>/resend/", signing.resend, name="inbox_resend"),
    path("letters/<slug:slug>/inbox/<str:ticket>/correct/", signing.correct, name="inbox_correct"),
    path("letters/<slug:slug>/signatories/", signatories.signatories, name="signatories"),
    path("letters/<slug:slug>/signatories/<int:number>/", signatories.signatory, name="signatory"),
    path("letters/<slug:slug>/report/<int:number>/", reports.report, name="report"),
    path("letters/<slug:slug>/report/<int:number>/sent/", reports.sent, name="report_sent"),
    path("r/<str:token>/", signer_reports.link, name="report_link"),
    path("r/<str:token>/member/", signer_reports.member, name="report_member"),
    path("r/<str:token>/record/", signer_reports.record, name="report_record"),
    path("r/<str:token>/look/", signer_reports.look, name="report_look"),
    path("letters/<slug:slug>/signatories.csv", downloads.signatories_csv, name="signatories_csv"),
    path(
        "letters/<slug:slug>/signatories.xlsx", downloads.signatories_xlsx, name="signatories_xlsx"
    ),
    path("letters/<slug:slug>/press/", press.press, name="press"),
    path("letters/<slug:slug>/press/follow/", following.follow, name="press_follow"),
    path("letters/<slug:slug>/press/follow/sent/", following.sent, name="press_follow_sent"),
    path("letters/<slug:slug>/elsewhere/", embedding.place_elsewhere, name="elsewhere"),
    path("letters/<slug:slug>/embed/", embedding.embed, name="embed"),
    path("letters/<slug:slug>/card.png", embedding.card, name="card"),
    path("letters/<slug:slug>/qr.svg", embedding.qr, name="qr"),
    path("letters/<slug:slug>/snapshots/", snapshots.snapshots, name="snapshots"),
    path("letters/<slug:slug>/snapshots/<int:number>/", snapshots.snapshot, name="snapshot"),
    path(
        "letters/<slug:slug>/snapshots/<int:number>.csv",
        snapshots.snapshot_csv,
        name="snapshot_csv",
    ),
    path("letters/<slug:slug>/corrections/", corrections.corrections, name="corrections"),
    path(
        "letters/<slug:slug>/corrections.xml",
        corrections.corrections_feed,
        name="corrections_feed",
    ),
    path("letters/<slug:slug>/milestones.xml", corrections.milestones_feed, name="milestones_feed"),
    path("letters/<slug:slug>/record/", record.record, name="record"),
    path("letters/<slug:slug>/audits/", sampling.audits, name="audits"),
    path("s/<str:token>/", own_page.link, name="link"),
    path("s/<str:token>/text/", own_page.sign_text, name="link_text"),
    path("s/<str:token>/thanks/", own_page.thanks, name="link_thanks"),
    path("s/<str:token>/number/", own_page.own_number, name="link_number"),
    path("s/<str:token>/resend/", own_page.resend, name="link_resend"),
    path("s/<str:token>/edit/", own_page.edit, name="link_edit"),
    path("s/<str:token>/naming/", own_page.name_or_not, name="link_naming"),
    path("s/<str:token>/unnamed/", own_page.unnamed_vetting, name="link_unnamed"),
    path("s/<str:token>/undo/", undoing.undo, name="link_undo"),
    path("s/<str:token>/audit/", signer_sampling.question, name="sample_question"),
    path("f/<str:token>/", signer_following.link, name="press_follow_link"),
    path("i/<str:token>/", signer_invitations.invitation, name="invitation_to_sign"),
    path("e/<str:token>/", embargoed.embargoed, name="embargoed"),
    path("o/<str:token>/", signer_organisations.organisation, name="organisation"),
    path("u/<str:token>/", leaving.leave, name="leave"),
    path("s/<str:token>/withdraw/", own_page.withdraw, name="link_withdraw"),
    path("s/<str:token>/erase/", own_data.erase, name="link_erase"),
    path("s/<str:token>/erase/now/", own_data.erase_now, name="link_erase_now"),
    path("s/<str:token>/my-data.json", own_data.own_data, name="link_data"),
    path("s/<str:token>/proofs/", proofs.overview, name="link_proofs"),
    path("s/<str:token>/proofs/roster/", membership.show, name="link_roster"),
    path("s/<str:token>/proofs/account/", accounts.start, name="link_account"),
    path("s/<str:token>/proofs/<slug:method>/", proofs.start, name="link_proof_start"),
    path("s/<str:token>/proofs/<int:proof_id>/show/", proofs.one, name="link_proof"),
    path("s/<str:token>/proofs/<int:proof_id>/check/", proofs.check, name="link_proof_check"),
    path("s/<str:token>/proofs/<int:proof_id>/code/", proofs.code, name="link_proof_code"),
    path("s/<str:token>/proofs/<int:proof_id>/revoke/", proofs.revoke, name="link_proof_revoke"),
    path("s/<str:token>/authority/", authority.state, name="link_authority"),
    path("s/<str:token>/evidence/", evidence.add, name="link_evidence"),
    path(
        "s/<str:token>/evidence/<int:evidence_id>/delete/",
        evidence.delete,
        name="link_evidence_delete",
    ),
    path("s/<str:token>/vouch/", vouching.given, name="link_vouch"),
    path("s/<str:token>/vouch/<str:code>/", vouching.for_somebody, name="link_vouch_for"),
    path("s/<str:token>/vouches/<int:vouch_id>/end/", vouching.end, name="link_vouch_end"),
    path("desk/", home.home, name="desk"),
    path("desk/letters/<slug:slug>/", today.today, name="desk_letter"),
    path("desk/notices/", notices.notices, name="desk_notices"),
    path(f"{_DESK_WEBHOOKS}/", webhooks.webhooks, name="desk_webhooks"),
    path(f"{_DESK_WEBHOOK}/", webhooks.webhook, name="desk_webhook"),
    path(f"{_DESK_WEBHOOK}/secret/", webhooks.secret, name="desk_webhook_secret"),
    path(f"{_DESK_WEBHOOK}/test/", webhooks.test, name="desk_webhook_test"),
    path(f"{_DESK_WEBHOOK}/delete/", webhooks.delete, name="desk_webhook_delete"),
    path(
        f"{_DESK_WEBHOOK}/deliveries/<int:delivery_id>/replay/",
        webhooks.replay,
        name="desk_webhook_replay",
    ),
    path("desk/letters/<slug:slug>/numbers/", numbers.numbers, name="desk_numbers"),
    path("desk/letters/<slug:slug>/numbers/links/", numbers.add_tag, name="desk_campaign_tag_new"),
    path(
        "desk/letters/<slug:slug>/numbers/links/<slug:tag>/remove/",
        numbers.remove_tag,
        name="desk_campaign_tag_remove",
    ),
    path(
        "desk/letters/<slug:slug>/numbers/<slug:name>.csv", numbers.table, name="desk_numbers_table"
    ),
    path("desk/letters/<slug:slug>/exports/", exports.exports, name="desk_exports"),
    path(f"{_DESK_DELIVER}/", handing_over.deliver, name="desk_deliver"),
    path(f"{_DESK_DELIVER}/package/", handing_over.package, name="desk_package"),
    path(
        f"{_DESK_DELIVER}/package/<int:package_id>/",
        handing_over.package_file,
        name="desk_package_file",
    ),
    path(f"{_DESK_DELIVER}/<int:number>/", handing_over.delivery, name="desk_delivery"),
    path(f"{_DESK_DELIVER}/<int:number>/strike/", handing_over.strike, name="desk_delivery_strike"),
    path(f"{_DESK_FORM}/", asking.form, name="desk_form"),
    path(f"{_DESK_FORM}/words/", asking.words, name="desk_form_words"),
    path(f"{_DESK_FORM}/questions/", questions.questions, name="desk_questions"),
    path(f"{_DESK_FORM}/questions/<int:question_id>/end/", questions.end, name="desk_question_end"),
    path(f"{_DESK_ASSEMBLY}/", asking.assembly, name="desk_assembly"),
    path(f"{_DESK_ASSEMBLY}/end/", asking.assembly_end, name="desk_assembly_end"),
    path("desk/letters/<slug:slug>/snapshots/", snapshot_desk.milestones, name="desk_snapshots"),
    path("desk/letters/<slug:slug>/snapshots/take/", snapshot_desk.take, name="desk_snapshot"),
    path("desk/letters/<slug:slug>/audits/", sampling_desk.audits, name="desk_audits"),
    path(
        "desk/letters/<slug:slug>/audits/<int:question_id>/call/",
        sampling_desk.call,
        name="desk_audit_call",
    ),
    path(
        "desk/letters/<slug:slug>/invitations/",
        invitation_desk.invitations,
        name="desk_invitations",
    ),
    path(
        "desk/letters/<slug:slug>/invitations/list/",
        invitation_sheets.sheet,
        name="desk_invitations_list",
    ),
    path(
        "desk/letters/<slug:slug>/invitations/list/send/",
        invitation_sheets.send,
        name="desk_invitations_list_send",
    ),
    path(
        "desk/letters/<slug:slug>/invitations/remind/",
        invitation_desk.remind,
        name="desk_invitations_remind",
    ),
    path(
        "desk/letters/<slug:slug>/invitations/<int:invitation_id>/revoke/",
        invitation_desk.revoke,
        name="desk_invitation_revoke",
    ),
    path(
        "desk/letters/<slug:slug>/invitations/<int:invitation_id>/remind/",
        invitation_desk.remind,
        name="desk_invitation_remind",
    ),
    path(f"{_DESK_IMPORT}/", importing.imports, name="desk_imports"),
    path(f"{_DESK_IMPORT}/<int:import_id>/", importing.one, name="desk_import"),
    path(
        f"{_DESK_IMPORT}/<int:import_id>/progress/",
        importing.progress,
        name="desk_import_progress",
    ),
    path("desk/letters/<slug:slug>/preview/", preview.preview, name="desk_preview"),
    path(
        "desk/letters/<slug:slug>/press/preview/", preview.press_preview, name="desk_press_preview"
    ),
    path("desk/letters/<slug:slug>/press/quotes/", quotes.quote_new, name="desk_press_quote_new"),
    path(
        "desk/letters/<slug:slug>/press/quotes/<int:quote_id>/",
        quotes.quote,
        name="desk_press_quote",
    ),
    path(
        "desk/letters/<slug:slug>/press/quotes/<int:quote_id>/remove/",
        quotes.quote_remove,
        name="desk_press_quote_remove",
    ),
    path("desk/letters/<slug:slug>/signatures/", curating.signatures, name="desk_signatures"),
    path("desk/letters/<slug:slug>/look-up/", curating.look_up, name="desk_look_up"),
    path(
        "desk/letters/<slug:slug>/signatures/<str:public_id>/",
        curating.signature,
        name="desk_signature",
    ),
    path("desk/letters/<slug:slug>/mail/", mail_desk.mail, name="desk_mail"),
    path("desk/letters/<slug:slug>/reports/", report_desk.waiting, name="desk_reports"),
    path(
        "desk/letters/<slug:slug>/reports/<str:public_id>/",
        report_desk.answer,
        name="desk_report_answer",
    ),
    path("desk/letters/<slug:slug>/notables/", notables.notables, name="desk_notables"),
    path("desk/letters/<slug:slug>/rosters/", rosters.rosters, name="desk_rosters"),
    path("desk/letters/<slug:slug>/rosters/<int:roster_id>/", rosters.roster, name="desk_roster"),
    path(f"{_DESK_BULK}/", bulk.bulk, name="desk_bulk"),
    path(f"{_DESK_BULK}/<int:deed_id>/", bulk.deed, name="desk_bulk_deed"),
    path(f"{_DESK_BULK}/<int:deed_id>/progress/", bulk.progress, name="desk_bulk_progress"),
    path(f"{_DESK_UPDATES}/", update_desk.listing, name="desk_updates"),
    path(f"{_DESK_UPDATES}/new/", update_desk.new, name="desk_update_new"),
    path(f"{_DESK_UPDATE}/", update_desk.update, name="desk_update"),
    path(f"{_DESK_UPDATE}/progress/", update_steps.progress, name="desk_update_progress"),
    path(f"{_DESK_UPDATE}/test/", update_steps.test, name="desk_update_test"),
    path(f"{_DESK_UPDATE}/send/", update_steps.send, name="desk_update_send"),
    path(f"{_DESK_UPDATE}/approve/", update_steps.approve, name="desk_update_approve"),
    path(f"{_DESK_UPDATE}/let-go/", update_steps.let_go, name="desk_update_let_go"),
    path(f"{_DESK_UPDATE}/take-back/", update_steps.take_back, name="desk_update_take_back"),
    path(f"{_DESK_UPDATE}/discard/", update_steps.discard, name="desk_update_discard"),
    path(f"{_DESK_UPDATE}/pause/", update_steps.pause, name="desk_update_pause"),
    path(f"{_DESK_UPDATE}/resume/", update_steps.resume, name="desk_update_resume"),
    path(f"{_DESK_UPDATE}/cancel/", update_steps.cancel, name="desk_update_cancel"),
    path(f"{_DESK_UPDATE}/show/", update_steps.show, name="desk_update_show"),
    path(f"{_DESK_UPDATE}/hide/", update_steps.hide, name="desk_update_hide"),
    path(f"{_DESK_UPDATE}/send-again/", update_steps.send_again, name="desk_update_send_again"),
    path("desk/letters/<slug:slug>/precautions/", precautions.precautions, name="desk_precautions"),
    path("desk/letters/<slug:slug>/watched/", watched.watched, name="desk_watched"),
    path("desk/letters/<slug:slug>/vetting/", vetting.queue, name="desk_vetting"),
    path("desk/letters/<slug:slug>/vetting/next/", vetting.next_one, name="desk_vetting_next"),
    path("desk/letters/<slug:slug>/vetting/undo/", vetting.undo, name="desk_vetting_undo"),
    path("desk/letters/<slug:slug>/vetting/bulk/", vetting_bulk.bulk, name="desk_vetting_bulk"),
    path("desk/letters/<slug:slug>/vetting/<str:public_id>/", vetting.one, name="desk_vet"),
]

# Without: what machines read.
files = [
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/queues/", admin.site.admin_view(queues.queues), name="admin_queues"),
    path("robots.txt", discovery.robots, name="robots"),
    path(".well-known/security.txt", discovery.security_txt, name="security_txt"),
    path("sitemap.xml", discovery.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", discovery.sitemap_file, name="sitemap_file"),
    path("oembed", oembed.oembed, name="oembed"),
    # Whatever follows, line breaks too: refusals are for programs to read.
    re_path(r"^api/(?P<rest>[\s\S]+)\Z", entrance.api, name="api"),
    path("hooks/mail/<slug:provider>/", mail_hook.returned, name="mail_hook"),
    re_path(r"^accents/(?P<colour>[0-9a-f]{6})\.css$", look.accent_style, name="accent_style"),
    path("letters/<slug:slug>/count", record.count, name="count"),
    re_path(
        r"^letters/(?P<slug>[-\w]+)/picture/(?P<sha256>[0-9a-f]{64})\.(?P<extension>jpg|png)$",
        look.head_picture,
        name="head_picture",
    ),
    re_path(
        r"^letters/(?P<slug>[-\w]+)/press/images/(?P<sha256>[0-9a-f]{64})\.(?P<extension>jpg|png)$",
        press.image,
        name="press_image",
    ),
    path(
        "letters/<slug:slug>/signatories.json", downloads.signatories_json, name="signatories_json"
    ),
    path(
        "letters/<slug:slug>/text/<int:number>.<slug:language>.md",
        letters.text_source,
        name="text_source",
    ),
    path("record/checkpoint", site_record.checkpoint, name="site_checkpoint"),
    path(
        "record/stamped-checkpoint",
        site_record.stamped_checkpoint,
        name="site_stamped_checkpoint",
    ),
    path("record/timestamp", site_record.timestamp, name="site_timestamp"),
    path("record/tile/<path:path>", site_record.tile, name="site_tile"),
    path("letters/<slug:slug>/record/checkpoint", record.checkpoint, name="record_checkpoint"),
    path("letters/<slug:slug>/record/tile/<path:path>", record.tile, name="record_tile"),
    path("letters/<slug:slug>/record/export", verifying.record_export, name="record_export"),
    path("letters/<slug:slug>/audits/<int:number>.json", sampling.audit_json, name="audit_json"),
    path(
        "letters/<slug:slug>/record/proof/<str:public_id>",
        verifying.record_proof,
        name="record_proof",
    ),
    path(
        "letters/<slug:slug>/record/log-proof",
        verifying.record_log_proof,
        name="record_log_proof",
    ),
    path(
        "letters/<slug:slug>/record/consistency",
        verifying.record_consistency,
        name="record_consistency",
    ),
    path("verify.py", verifying.verify_py, name="verify_py"),
    path("record.md", verifying.record_format, name="record_format"),
    # Named as allauth knows them, and registered with the services: one address for all languages.
    *(
        path(
            f"accounts/{identifier}/login/callback/",
            accounts.callback,
            {"provider_id": identifier},
            name=f"{identifier}_callback",
        )
        for identifier in SUPPORTED
        if identifier != DUMMY
    ),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/",
        accounts.callback,
        name="openid_connect_callback",
    ),
    path("accounts/dummy/authenticate/", accounts.invented, name="dummy_authenticate"),
    path("accounts/<slug:provider_id>/login/", accounts.no_login, name="account_no_login"),
    path("accounts/oidc/<slug:provider_id>/login/", accounts.no_login),
]

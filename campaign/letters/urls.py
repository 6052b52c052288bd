from django.urls import path

from campaign.letters.views import (
    archive,
    draft,
    drafts,
    embargo,
    letter,
    look,
    organisations,
    press_kit,
    press_pictures,
    preview,
    publishing,
    texts,
)

_LETTER = "desk/letters/<slug:slug>"
_TEXT = f"{_LETTER}/texts/<slug:language>"
_DRAFTS = f"{_LETTER}/drafts"
_EMBARGO = f"{_LETTER}/embargo"
_PRESS = f"{_LETTER}/press"
_PICTURE = f"{_PRESS}/pictures/<int:picture_id>"

urlpatterns = [
    path("desk/new/", letter.new, name="desk_letter_new"),
    path("desk/markdown/", preview.fragment, name="desk_markdown"),
    path(f"{_LETTER}/delete/", letter.delete, name="desk_delete"),
    path(f"{_LETTER}/details/", letter.details, name="desk_details"),
    path(f"{_LETTER}/texts/", texts.texts, name="desk_texts"),
    path(f"{_LETTER}/language/", texts.choose_language, name="desk_choose_language"),
    path(f"{_LETTER}/revision/", texts.start_revision, name="desk_revision"),
    path(f"{_LETTER}/revision/discard/", texts.discard_revision, name="desk_revision_discard"),
    path(f"{_TEXT}/", texts.translation, name="desk_translation"),
    path(f"{_TEXT}/remove/", texts.remove, name="desk_translation_remove"),
    path(f"{_TEXT}/authoritative/", texts.mark_authoritative, name="desk_authoritative"),
    path(f"{_DRAFTS}/", drafts.drafts, name="desk_drafts"),
    path(f"{_DRAFTS}/compare/", drafts.compare, name="desk_drafts_compare"),
    path(f"{_DRAFTS}/approve/", drafts.approve, name="desk_draft_approve"),
    path(f"{_DRAFTS}/<int:number>/", draft.draft, name="desk_draft"),
    path(f"{_DRAFTS}/<int:number>/bring-back/", drafts.bring_back, name="desk_draft_bring_back"),
    path(
        f"{_DRAFTS}/<int:number>/comments/<int:comment_id>/",
        draft.comment,
        name="desk_draft_comment",
    ),
    path(f"{_LETTER}/publish/", publishing.publish, name="desk_publish"),
    path(f"{_LETTER}/close/", publishing.close, name="desk_close"),
    path(f"{_LETTER}/archive/", archive.archive, name="desk_archive"),
    path(f"{_LETTER}/archive/end/", archive.bring_back, name="desk_bring_back"),
    path(f"{_EMBARGO}/", embargo.embargo, name="desk_embargo"),
    path(f"{_EMBARGO}/end/", embargo.end, name="desk_embargo_end"),
    path(f"{_EMBARGO}/reporters/", embargo.reporter_new, name="desk_reporter_new"),
    path(
        f"{_EMBARGO}/reporters/<int:reporter_id>/cut-off/",
        embargo.reporter_cut_off,
        name="desk_reporter_cut_off",
    ),
    path(f"{_LETTER}/look/", look.colour, name="desk_look"),
    path(f"{_LETTER}/look/picture/", look.picture, name="desk_look_picture"),
    path(f"{_LETTER}/look/picture/remove/", look.picture_remove, name="desk_look_picture_remove"),
    path(f"{_LETTER}/look/picture/file", look.picture_file, name="desk_look_picture_file"),
    path(f"{_LETTER}/organisations/", organisations.organisations, name="desk_organisations"),
    path(
        f"{_LETTER}/organisations/<int:organisation_id>/remove/",
        organisations.remove,
        name="desk_organisation_remove",
    ),
    path(f"{_PRESS}/", press_kit.kit, name="desk_press"),
    path(f"{_PRESS}/pictures/", press_pictures.picture_new, name="desk_press_picture_new"),
    path(f"{_PICTURE}/", press_pictures.picture, name="desk_press_picture"),
    path(f"{_PICTURE}/remove/", press_pictures.picture_remove, name="desk_press_picture_remove"),
    path(f"{_PICTURE}/file", press_pictures.picture_file, name="desk_press_picture_file"),
]

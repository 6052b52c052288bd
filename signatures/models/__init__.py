from signatures.models.asked import Asked
from signatures.models.authority import Authority
from signatures.models.bounce import ReturnedMail
from signatures.models.bulk import BulkAction, BulkDeed, BulkRow, BulkRowState, BulkState
from signatures.models.campaign_tag import CampaignTag
from signatures.models.correction import Because, Correction, Removal
from signatures.models.delivery import Delivery, DeliveryState, Message, ReminderSweep
from signatures.models.evidence import Evidence, EvidenceState, Source
from signatures.models.handover import Handover, HandoverPackage
from signatures.models.inquiry import Inquiry
from signatures.models.invitation import InvitationMail, InvitationState, SigningInvitation
from signatures.models.notable import Notable
from signatures.models.notice import (
    Happening,
    Notice,
    NoticeKind,
    NoticeSettings,
    NoticeSwitch,
)
from signatures.models.paper import LetterPdf
from signatures.models.precaution import Precaution, Trait
from signatures.models.press_follower import PressFollower, PressMail, PressMessage
from signatures.models.profession import OFFERED, Profession
from signatures.models.proof import (
    ATTESTED_METHODS,
    AttestationDeed,
    AttestationStep,
    EvidenceClass,
    Proof,
    ProofState,
)
from signatures.models.question import Answer, Question, QuestionKind
from signatures.models.recheck import Recheck, RecheckReason, RepeatsSought
from signatures.models.record import (
    Breakdown,
    Cause,
    Checkpoint,
    Continuation,
    Entry,
    SiteCheckpoint,
    SiteEntry,
    SiteTile,
    Snapshot,
    Tile,
    VersionTally,
)
from signatures.models.report import (
    ClaimantProof,
    ClaimMethod,
    Report,
    ReportCase,
    ReportKind,
    ReportMail,
    ReportOutcome,
)
from signatures.models.roster import Member, Roster
from signatures.models.sample import (
    MAX_SAMPLE,
    MIN_SAMPLE,
    SampleAnswer,
    SampleAudit,
    SampleQuestion,
)
from signatures.models.sheet_import import Collected, ImportState, SheetImport, SheetPart
from signatures.models.signature import Kind, Level, Signature, SignatureState
from signatures.models.suppression import Suppression, SuppressionReason
from signatures.models.turned_away import TurnedAway
from signatures.models.unnamed import UnnamedVetting
from signatures.models.update_delivery import UpdateDelivery, UpdateDeliveryState, UpdateTest
from signatures.models.vetting import Decision, Reason, Verdict, Vetting, VettingState, Watched
from signatures.models.vouch import Vouch
from signatures.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "ATTESTED_METHODS",
    "MAX_SAMPLE",
    "MIN_SAMPLE",
    "OFFERED",
    "Answer",
    "Asked",
    "AttestationDeed",
    "AttestationStep",
    "Authority",
    "Because",
    "Breakdown",
    "BulkAction",
    "BulkDeed",
    "BulkRow",
    "BulkRowState",
    "BulkState",
    "CampaignTag",
    "Cause",
    "Checkpoint",
    "ClaimMethod",
    "ClaimantProof",
    "Collected",
    "Continuation",
    "Correction",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Entry",
    "Evidence",
    "EvidenceClass",
    "EvidenceState",
    "Handover",
    "HandoverPackage",
    "Happening",
    "ImportState",
    "Inquiry",
    "InvitationMail",
    "InvitationState",
    "Kind",
    "LetterPdf",
    "Level",
    "Member",
    "Message",
    "Notable",
    "Notice",
    "NoticeKind",
    "NoticeSettings",
    "NoticeSwitch",
    "Precaution",
    "PressFollower",
    "PressMail",
    "PressMessage",
    "Profession",
    "Proof",
    "ProofState",
    "Question",
    "QuestionKind",
    "Reason",
    "Recheck",
    "RecheckReason",
    "ReminderSweep",
    "Removal",
    "RepeatsSought",
    "Report",
    "ReportCase",
    "ReportKind",
    "ReportMail",
    "ReportOutcome",
    "ReturnedMail",
    "Roster",
    "SampleAnswer",
    "SampleAudit",
    "SampleQuestion",
    "SheetImport",
    "SheetPart",
    "Signature",
    "SignatureState",
    "SigningInvitation",
    "SiteCheckpoint",
    "SiteEntry",
    "SiteTile",
    "Snapshot",
    "Source",
    "Suppression",
    "SuppressionReason",
    "Tile",
    "Trait",
    "TurnedAway",
    "UnnamedVetting",
    "UpdateDelivery",
    "UpdateDeliveryState",
    "UpdateTest",
    "Verdict",
    "VersionTally",
    "Vetting",
    "VettingState",
    "Vouch",
    "Watched",
    "Webhook",
    "WebhookDelivery",
]

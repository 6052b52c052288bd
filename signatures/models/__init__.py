from signatures.models.delivery import Delivery, DeliveryState, Message
from signatures.models.proof import Method, Proof, ProofState
from signatures.models.record import Checkpoint, Entry, Tile
from signatures.models.signature import Kind, Level, Profession, Signature, SignatureState
from signatures.models.vetting import Decision, Reason, Verdict, Vetting, VettingState, Watched

__all__ = [
    "Checkpoint",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Entry",
    "Kind",
    "Level",
    "Message",
    "Method",
    "Profession",
    "Proof",
    "ProofState",
    "Reason",
    "Signature",
    "SignatureState",
    "Tile",
    "Verdict",
    "Vetting",
    "VettingState",
    "Watched",
]

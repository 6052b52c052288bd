from signatures.models.delivery import Delivery, DeliveryState, Message
from signatures.models.record import Checkpoint, Entry, Tile
from signatures.models.signature import Kind, Level, Profession, Signature, SignatureState

__all__ = [
    "Checkpoint",
    "Delivery",
    "DeliveryState",
    "Entry",
    "Kind",
    "Level",
    "Message",
    "Profession",
    "Signature",
    "SignatureState",
    "Tile",
]

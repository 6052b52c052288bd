"""The e-mail that asks somebody who was drawn in an audit by sample whether they signed."""

from signatures.models import SampleAnswer, SampleQuestion, Signature, SignatureState


def question_of(*, signature: Signature) -> SampleQuestion | None:
    """What still waits for an answer of this signature, with its audit; None if nothing does."""
    if signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        return None
    asked = SampleQuestion.objects.filter(
        signature=signature.pk, answer=SampleAnswer.WAITING, audit__ended_at=None
    )
    question = asked.select_related("audit").order_by("-pk").first()
    if question is None:
        return None
    question.signature = signature
    return question if question.is_of_drawn else None

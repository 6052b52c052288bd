"""Updates of the demo: one that was sent, one that waits for a second organizer, and one to send.

Each goes the way of real ones. Only what became of the mails of the first is written at once,
since nobody waits for thousands of them.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaign.letters import updates
from campaign.letters.models import Letter, Update, UpdateState
from campaign.letters.updates import Content, Words
from campaign.organizers.models import Organizer
from signatures.models import Level, UpdateDelivery, UpdateDeliveryState
from signatures.notifications import fan_out, releasing
from signatures.notifications.audience import Audience

_SENT_AGO = timedelta(days=2)
_TOOK = timedelta(minutes=14)
# Of the mails of the first update, each so many-th; the rest were sent.
_EVERY = {
    UpdateDeliveryState.FAILED: 89,
    UpdateDeliveryState.UNKNOWN: 97,
    UpdateDeliveryState.SUPPRESSED: 83,
}
_REPLY = "550 5.1.1"

_THANKS = {
    "en": Words(
        "Thank you, and what comes next",
        """\
You are more than any of us had hoped for.

Your names reached two newsrooms and one committee before we had sent them anywhere. On Thursday \
we hand the letter over, on paper, with every name that may be shown:

- at ten in the morning, on the steps of the old customs house
- bring something that you have made, and can carry

Whoever cannot come can do one thing: show the letter to **one** person who does not know yet \
what their work is used for.
""",
    ),
    "ar": Words(
        "شكرًا لكم، وهذه خطوتنا التالية",
        """\
أنتم أكثر مما كان أيٌّ منا يأمل.

وصلت أسماؤكم إلى غرفتَي أخبار ولجنة قبل أن نرسلها إلى أحد. يوم الخميس نسلّم الرسالة مطبوعة، \
وفيها كل اسم يجوز عرضه:

- في العاشرة صباحًا، على درج دار الجمارك القديمة
- ليحمل كلٌّ منكم شيئًا صنعه بيده

ومن لا يستطيع الحضور فبوسعه أمر واحد: أن يُري الرسالة **شخصًا واحدًا** لا يعرف بعدُ فيمَ يُستعمل عمله.
""",
    ),
}
_SPEAKERS = {
    "en": Words(
        "Who of you would speak on Thursday?",
        """\
There are four minutes for three of you.

Answer this mail with one sentence that you would say. We choose on Wednesday at noon, and tell \
everybody who wrote.
""",
    ),
    "ar": Words(
        "من منكم يتحدث يوم الخميس؟",
        """\
لدينا أربع دقائق لثلاثة منكم.

أجيبوا عن هذا البريد بجملة واحدة تودّون قولها. نختار ظهر الأربعاء، ونخبر كل من كتب.
""",
    ),
}
_CONCERT = {
    "en": Words(
        "The school stays, and plays on Sunday",
        """\
The council has kept the rooms in Ferry Lane for five more years.

We play on **Sunday at three**, in the yard, whatever the weather. There are chairs for half of \
you.
""",
    ),
}


def of_the_news(*, letter: Letter, organizers: tuple[Organizer, Organizer], now: datetime) -> None:
    """One that everybody got who asked for news, and one for those whom the organizers know."""
    first, second = organizers
    sent = _released(letter, first, _THANKS, audience=Audience(), now=now, is_public=True)
    if sent.state == UpdateState.PROPOSED:
        releasing.approve(update=sent, organizer=second, expected_seal=sent.seal, now=now)
    fan_out.fan_out(update=sent, now=now - _SENT_AGO)
    _settle(sent, until=now - _SENT_AGO + _TOOK)
    known = Audience(levels=(Level.VETTED, Level.INDEPENDENT))
    waiting = _released(letter, first, _SPEAKERS, audience=known, now=now)
    if waiting.state != UpdateState.PROPOSED:
        # With fewer people it would go out by itself.
        releasing.take_back(update=waiting)


def to_send(*, letter: Letter, organizer: Organizer) -> None:
    """A draft to few: whoever tries the demo sends it, and reads the mails."""
    content = Content(words=_CONCERT, audience={}, is_public=True)
    updates.create(letter=letter, organizer=organizer, content=content)


def _released(
    letter: Letter,
    organizer: Organizer,
    words: dict[str, Words],
    *,
    audience: Audience,
    now: datetime,
    is_public: bool = False,
) -> Update:
    update = updates.create(
        letter=letter,
        organizer=organizer,
        content=Content(words=words, audience=audience.stored(), is_public=is_public),
    )
    releasing.release(
        update=update, organizer=organizer, expected_revision=update.revision, now=now
    )
    update.refresh_from_db()
    return update


def _settle(update: Update, *, until: datetime) -> None:
    """What became of its mails, as sending would have written it."""
    mails = UpdateDelivery.objects.filter(update=update)
    keys = list(mails.order_by("pk").values_list("pk", flat=True))
    for place, (state, every) in enumerate(_EVERY.items()):
        _settled(mails.filter(pk__in=keys[place::every]), state, until)
    _settled(mails.filter(state=UpdateDeliveryState.WAITING), UpdateDeliveryState.SENT, until)
    mails.filter(state=UpdateDeliveryState.FAILED).update(reply=_REPLY, refusals=1)
    Update.objects.filter(pk=update.pk).update(state=UpdateState.SENT, finished_at=until)


def _settled(mails: QuerySet[UpdateDelivery], state: UpdateDeliveryState, until: datetime) -> None:
    mails.update(state=state, is_begun=True, attempts=1, settled_at=until)

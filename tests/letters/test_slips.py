"""What a correction of a slip may change, and what no slip explains."""

from time import process_time

import pytest

from campaign.letters.errors import Differs
from campaign.letters.slips import difference

SENTENCES, NUMBERS = Differs.SENTENCES, Differs.NUMBERS
NEGATIONS, WORDS = Differs.NEGATIONS, Differs.WORDS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We sign this lettter.", "We sign this letter."),
        ("We sign however late it is.", "We sign, however late it is."),
        ("We meet in a cafe.", "We meet in a café."),
        ("Etat de droit.", "État de droit."),
        ("A well known co-operation.", "A well-known cooperation."),
        ("We beleive hte report.", "We believe the report."),
        ("We believe the the report.", "We believe the report."),
        ("We ask for hearing.", "We ask for a hearing."),
        ("we ask", "We ask."),
        ("Its may be enough.", "It's maybe enough."),
        ("We dont agree.", "We don’t agree."),
        ("We can not agree.", "We cannot agree."),
        ("An unneccessarily long word.", "An unnecessarily long word."),
        ("Wir haben keinen Fehler gemchat.", "Wir haben keinen Fehler gemacht."),
        ("نرجو ان تُسمع أصواتنا.", "نرجو أن تسمع أصواتنا."),
        ("Мы просим вас подписатть.", "Мы просим вас подписать."),
        ("我们请求你们停址这项工作。", "我们请求你们停止这项工作。"),
        ("우리는 이 편지에 서명헙니다.", "우리는 이 편지에 서명합니다."),
        ("One.\n\nTwo.", "One.\n\n\nTwo. "),
        ("In 1999, of 3.5% of us.", "In 1999 of 3.5% of us."),
        ("", ""),
    ],
)
def test_a_slip_is_one(before: str, after: str) -> None:
    assert difference(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ("We ask you to put it on.", "We ask you not to put it on.", NEGATIONS),
        ("We do agree.", "We don't agree.", NEGATIONS),
        ("We can agree.", "We can’t agree.", NEGATIONS),
        ("We agree now.", "We agree not.", NEGATIONS),
        ("Take note of us.", "Take not of us.", NEGATIONS),
        ("It is notable.", "It is no table.", NEGATIONS),
        ("Nor we. Yes you.", "Yes we. Nor you.", NEGATIONS),
        ("Wir sind eine Gruppe.", "Wir sind keine Gruppe.", NEGATIONS),
        ("Il est ici.", "Il n’est ici.", NEGATIONS),
        ("Pedimos más.", "No pedimos más.", NEGATIONS),
        ("Pedimos isso.", "Não pedimos isso.", NEGATIONS),
        ("نطلب ذلك.", "لا نطلب ذلك.", NEGATIONS),
        ("نطلب ونرجو ذلك.", "نطلب وَلا نرجو ذلك.", NEGATIONS),
        ("Мы просим.", "Мы не просим.", NEGATIONS),
        ("我们同意。", "我们不同意。", NEGATIONS),
        ("私たちは知ります。", "私たちは知りません。", NEGATIONS),
        ("우리는 간다.", "우리는 안 간다.", NEGATIONS),
        ("אנחנו מסכימים.", "אנחנו לא מסכימים.", NEGATIONS),
        ("We agree.", "We agree. Not.", SENTENCES),
        ("We agree.\n\nYes.", "We agree. Yes.", SENTENCES),
        ("We agree. You do too.", "We agree.", SENTENCES),
        ("We agree.", "We agree?", SENTENCES),
        ("我们请求停止这项工作。", "我们请求停止这项工作。我们现在收回以上所有的话了。", SENTENCES),
        ("Tell the truth.", "Tell the lies.", WORDS),
        ("We are against it.", "We are all against it.", WORDS),
        ("It is fair.", "It is unfair.", WORDS),
        ("You act legally.", "You act illegally.", WORDS),
        ("Increase the fees.", "Decrease the fees.", WORDS),
        ("Include the poor.", "Exclude the poor.", WORDS),
        ("Hire them.", "Fire them.", WORDS),
        ("A million people.", "A billion people.", WORDS),
        ("We see the two of you.", "We see the ten of you.", WORDS),
        ("Dogs bite men.", "Men bite dogs.", WORDS),
        ("我们支持这项工作。", "我们反对这项工作。", NEGATIONS),
        ("我们支持这项工作。", "我们谴责这项工作。", WORDS),
        ("abel bakker charly dolta", "abell bakkker charlie dolto", WORDS),
        ("烟民止步于此处。", "烟民禁止步于此处。", NEGATIONS),
        ("We agree!?", "We agree!", SENTENCES),
        ("“We agree.” Do you?", "“We agree,” do you?", SENTENCES),
        ("It fell by -5 degrees.", "It fell by 5 degrees.", NUMBERS),
        ("五年之后再谈。", "六年之后再谈。", NUMBERS),
        ("بعد ٥ سنوات.", "بعد ٦ سنوات.", NUMBERS),
        ("We agree.", "We ~~agree~~.", NUMBERS),
        ("We agree.", "<!-- We agree. -->", NUMBERS),
        ("In 2023 we met.", "In 2024 we met.", NUMBERS),
        ("Of 15 percent.", "Of 1.5 percent.", NUMBERS),
        ("It costs 5 €.", "It costs 5 $.", NUMBERS),
        ("See [it](https://a.example/x).", "See [it](https://b.example/x).", NUMBERS),
        ("To amira@a.example.", "To amira@b.example.", NUMBERS),
    ],
)
def test_what_no_slip_explains(before: str, after: str, differs: Differs) -> None:
    assert (difference(before, after), difference(after, before)) == (differs, differs)


@pytest.mark.parametrize(
    "text",
    ["a'@" * 13_000, "." * 40_000, "ab" * 20_000, "1.," * 13_000, "x. " * 13_000, "不" * 40_000],
)
def test_no_text_takes_long(text: str) -> None:
    began = process_time()
    difference(text, f"{text}c")
    assert process_time() - began < 10

"""Links whose words are another address than the one that they lead to."""

import pytest

from campaign.letters.typed_links import MisleadingLink, misleading_links

ELSEWHERE = "https://elsewhere.example/x"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (f"[https://bank.example]({ELSEWHERE})", "bank.example"),
        (f"[bank.com]({ELSEWHERE})", "bank.com"),
        (f"[See **bank**.com/now]({ELSEWHERE})", "bank.com"),
        (f"[`bank.com`]({ELSEWHERE})", "bank.com"),
        (f"[BANK.CO.UK]({ELSEWHERE})", "BANK.CO.UK"),
        (f"[مثال.com]({ELSEWHERE})", "مثال.com"),
        (f"[read\nbank.com]({ELSEWHERE})", "bank.com"),
        (f"[elsewhere.example or bank.com]({ELSEWHERE})", "bank.com"),
        (f"[bank.com/elsewhere.example]({ELSEWHERE})", "bank.com"),
        (f"[elsewhere.example.bank.com]({ELSEWHERE})", "elsewhere.example.bank.com"),
        (f'[here]({ELSEWHERE} "bank.com")', "bank.com"),
        ("[good.github.io](https://other.github.io/)", "good.github.io"),
        ("[here](https://bank.com@elsewhere.example/)", "bank.com"),
        ("[here](https://bank.com%2Fpay@elsewhere.example/)", "bank.com"),
        ("<https://bank.com@elsewhere.example/>", "bank.com"),
        ("[help@bank.com](mailto:help@elsewhere.example)", "help@bank.com"),
        ("[help@bank.com](mailto:other@bank.com)", "help@bank.com"),
        ("[by name][it]\n\n[it]: https://bank.com@elsewhere.example", "bank.com"),
        # As readers see it, and not as it is stored.
        (f"[bank\u200b.com]({ELSEWHERE})", "bank.com"),
        (f"[bank\u3002com]({ELSEWHERE})", "bank.com"),
        (f"[bank\uff0ecom]({ELSEWHERE})", "bank.com"),
        ("[b\u0430nk.com](https://bank.com/)", "b\u0430nk.com"),
        ("[bank.com](https://b\u0430nk.com/)", "bank.com"),
        ("[bank.com](https://[::1]/)", "bank.com"),
    ],
)
def test_what_names_another_address_is_found(source: str, named: str) -> None:
    assert [each.named for each in misleading_links(source)] == [named]


@pytest.mark.parametrize(
    "source",
    [
        f"[Read it]({ELSEWHERE})",
        "<https://a.example/b>",
        "<a@b.example>",
        "[a.example](https://www.a.example/b?c)",
        "[news.a.example](https://a.example)",
        "[A.EXAMPLE.](https://a.example.)",
        "[пример.рф](https://xn--e1afmkfd.xn--p1ai/)",
        "[help@bank.com](mailto:Help@bank.com?subject=a@b.example)",
        "[help@bank.com](https://bank.com/contact)",
        "[report.pdf](https://a.example/report.pdf)",
        "[e.g. this, in U.S. law; Node.js 3.11 and more](https://a.example)",
        "[bank.com](bank.com)",
        "bank.com",
    ],
)
def test_what_leads_where_it_says_is_not(source: str) -> None:
    assert misleading_links(source) == []


@pytest.mark.parametrize("word", ["a-", "a.", "a@", ".-@"])
def test_long_words_are_looked_through_at_once(word: str) -> None:
    source = f"[{word * 9000}]({ELSEWHERE}) [bank.com]({ELSEWHERE})"
    assert MisleadingLink("bank.com", ELSEWHERE) in misleading_links(source)

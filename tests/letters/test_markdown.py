"""What an organizer writes becomes HTML that can do nothing but be read."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.letters import markdown


def test_plain_paragraphs_and_stress() -> None:
    assert markdown.render("We *write*\nand **compose**.\n\nNobody asked.") == (
        "<p>We <em>write</em><br>\nand <strong>compose</strong>.</p>\n<p>Nobody asked.</p>\n"
    )


def test_lists_quotes_code_and_rules() -> None:
    assert markdown.render("1. a\n2. b\n\n> b\n\n- `c`\n\n---") == (
        "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<blockquote>\n<p>b</p>\n</blockquote>\n"
        "<ul>\n<li><code>c</code></li>\n</ul>\n<hr>\n"
    )


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("# A\n\n## B\n\n### C", ["h2", "h3", "h4"]),
        ("## A\n\n## B", ["h2", "h2"]),
        ("# A\n\n#### B", ["h2", "h3"]),
        ("###### A", ["h2"]),
        ("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", ["h2", "h3", "h4", "h5", "h6", "h6"]),
    ],
)
def test_headings_begin_at_h2_and_skip_nothing(source: str, tags: list[str]) -> None:
    assert re.findall(r"<(h\d)>", markdown.render(source)) == tags


@pytest.mark.parametrize(
    ("source", "href"),
    [
        ("[a](https://a.example/b?c=d)", "https://a.example/b?c=d"),
        ("<http://a.example>", "http://a.example"),
        ("[a](mailto:press@a.example)", "mailto:press@a.example"),
    ],
)
def test_absolute_addresses_stay(source: str, href: str) -> None:
    html = markdown.render(source)
    assert re.findall(r'href="([^"]*)"', html) == [href]
    assert re.findall(r'rel="([^"]*)"', html) == ["noopener nofollow"]


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](\x01javascript:alert(1))",
        "[a](&#x6A;avascript:alert(1))",
        "<javascript:alert(1)>",
        "[a](vbscript:x)",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](//evil.example)",
        "[a](\\\\\\\\evil.example)",
        "[a](/\\\\evil.example)",
        "[a](https:evil)",
        "[a](https:///evil.example)",
        "[a](/accounts/logout/)",
        "[a](../desk/)",
        "[a](?next=x)",
        "[a](#main)",
        "[a]: javascript:alert(1)\n\n[a]",
        "[a](ftp://a.example)",
        "[a](blob:https://a.example/x)",
    ],
)
def test_other_addresses_lead_nowhere(source: str) -> None:
    assert "href" not in markdown.render(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='https://a.example' onclick='alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "**<b onmouseover=alert(1)>x</b>**",
        "> - `<script>` <script>alert(1)</script>",
        "![x](https://a.example/x.png)",
        "![x](x.png)",
        '![x" onerror="alert(1)](https://a.example/x.png)',
        '[a](https://a.example "\\" onmouseover=\\"alert(1)")',
        "<style>*{display:none}</style>",
        "<iframe src=//evil.example>",
        "<!--x--><p class=x style=color:red id=main>",
        "</div></main><form action=//evil.example>",
        '```html" onclick="x\n</code></pre><script>alert(1)</script>\n```',
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ],
)
def test_only_the_allowed_elements_come_out(source: str) -> None:
    assert_harmless(markdown.render(source))


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<", ">", "script", "[", "](", ")", "javascript:", "https://a.example", '"', "'"),
                *("`", "*", "\n", "\n\n", "&", "#x6A;", "<!--", "-->", "onerror=", "//", "\\"),
                *("<img", "<a href=", "\x00", "\ud800", " ", "#", "<svg>", "</p>", "]]>", "!"),
                *("[^1]", "\n[^1]: ", "1. ", "• ", "א", "w" * 101),
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_whatever_is_written_comes_out_harmless(source: str) -> None:
    assert_harmless(markdown.render(source))


def test_what_no_encoding_can_write_raises_nothing() -> None:
    assert markdown.render("a\x00b \ud800c") == "<p>a\ufffdb ?c</p>\n"


@pytest.mark.parametrize(
    "part",
    [
        "[",
        "*a ",
        "![",
        "[a](",
        "`a",
        "> ",
        "- ",
        "<",
        "&",
        "[[a]",
        "[^a]",
        "[^a]: b\n",
        "1. ",
        "1. a\n",
        "• a\n",
        "a\n",
    ],
)
def test_forty_thousand_signs_of_mischief_take_no_time_to_speak_of(part: str) -> None:
    assert_harmless(markdown.render((part * 40_000)[:40_000]))


HREF = r' href="(https?://|mailto:)[^"<>]*"'
OTHERS = r' title="[^"]*"| rel="noopener nofollow"| start="\d+"| dir="(ltr|rtl)"'
NAMES = "p|br|hr|h[2-6]|ul|ol|li|blockquote|em|strong|code|pre|a|sup"
ELEMENT = re.compile(rf"</?({NAMES})({HREF}|{OTHERS})*>")


def assert_harmless(html: str) -> None:
    rest = ELEMENT.sub("", html)
    assert "<" not in rest

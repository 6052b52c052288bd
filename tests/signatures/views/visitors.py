"""How a visitor uses the pages: what they type, and what they read in the answer."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from campaign.letters.models import Letter
from signatures import erasure, links
from signatures.links import token_for
from signatures.models import Delivery, Message, Signature
from tests.signatures.factories import BRIGID, Person

# The box is ticked that no program ticks.
AGREED = {"agree": "on"}
UNTICKED = "Please tick this first. Nothing has been done yet."
# What no field, path, query or header may stumble over: each is somebody's real input some day.
NAUGHTY = {
    "empty": "",
    "blank": " \t\r\n ",
    "nul": "a\x00b",
    "only nul": "\x00",
    "control": "\x01\x07\x1b[31m\x7f",
    "surrogate": "\\ud800 \ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "noncharacter": "\ufffe\uffff\U0010ffff",
    "bidi": "\u202egnp.exe\u2066\u2067",
    "invisible": "\u200b\u200c\u200d\u2060\ufeff",
    "marks": "e" + "\u0301" * 100,
    "emoji": "👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🫠",
    "long": "x" * 10_000,
    "long in bytes": "𠜎" * 3000,
    "arabic": "مُحَمَّد ١٢٣",
    "number": "99999999999999999999999999",
    "negative": "-1",
    "digits of others": "١٢٣٤٥٦²",
    "float": "1e308",
    "not a number": "NaN",
    "quote": "'; DROP TABLE signatures_signature; --",
    "pattern": "%_%\\_",
    "tag": "</textarea><script>alert(1)</script><svg onload=alert(1)>",
    "template": "{{ settings.SECRET_KEY }}{% now 'Y' %}%(n)s%s{0}",
    "json": '{"$ne": null}',
    "path": "../../../../etc/passwd",
    "mime": "=?utf-8?q?=00?=",
    "header": "a\r\nSet-Cookie: b=c",
}


def typed(who: Person = BRIGID, **changes: object) -> dict[str, object]:
    """What this person's browser sends from the form under the letter."""
    details = who.details
    fields: dict[str, object] = {
        "name": details.name,
        "email": who.email,
        "profession": str(details.profession),
        "country": details.country,
        "credit": details.credit,
        "affiliation": details.affiliation,
    }
    if details.kind == "organisation":
        fields["kind"] = "organisation"
    fields["consent_publish"] = "on" if details.consent_publish else "off"
    if details.consent_updates:
        fields["consent_updates"] = "on"
    fields |= changes
    return {name: value for name, value in fields.items() if value is not None}


def letter_url(letter: Letter, rest: str = "", language: str = "") -> str:
    return f"/{language}/letters/{letter.slug}/{rest}".replace("//", "/")


def erase_url(signature: Signature) -> str:
    """Behind the link in the mail that was asked for to erase."""
    erasure.send_link(signature=signature)
    mail = Delivery.objects.filter(signature=signature, message=Message.ERASING).latest("pk")
    return f"/s/{links.erasing_token_for(delivery=mail)}/erase/now/"


def link_url(signature: Signature, rest: str = "") -> str:
    return f"/s/{token_for(signature=signature)}/{rest}"


def send(
    client: Client, letter: Letter, who: Person = BRIGID, language: str = "", **changes: object
) -> HttpResponse:
    """Press "Sign the letter"."""
    data: Mapping[str, Any] = typed(who, **changes)
    return client.post(letter_url(letter, "sign/", language), data)  # type: ignore[return-value]


class Page(HTMLParser):
    """A page as far as the tests read it: fields with their values, and texts by id or tag."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.values: dict[str, str | bool] = {}
        self.text = ""
        self.by_id: dict[str, str] = {}
        self.headings: list[str] = []
        self.links: list[str] = []
        self.root: dict[str, str | None] = {}
        self.alerts: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._select = ""
        self.feed(response.content.decode())

    _VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "rect"})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.attributes.append((tag, named))
        if tag == "html":
            self.root = named
        if tag == "a":
            self.links.append(named.get("href") or "")
        if tag == "input" and (name := named.get("name")):
            value, is_checked = named.get("value") or "", "checked" in named
            if named.get("type") == "radio":
                self.values[name] = value if is_checked else self.values.get(name, "")
            else:
                self.values[name] = is_checked if named.get("type") == "checkbox" else value
        if tag == "select":
            self._select = named.get("name") or ""
            self.values[self._select] = ""
        if tag == "option" and "selected" in named:
            self.values[self._select] = named.get("value") or ""
        if tag not in self._VOID:
            self._open.append((tag, named, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "script":
            return
        self.text += data
        for _tag, _named, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, named, texts = self._open.pop()
            text = " ".join("".join(texts).split())
            if name := named.get("id"):
                self.by_id[name] = text
            if opened in ("h1", "h2"):
                self.headings.append(text)
            if named.get("role") == "alert":
                self.alerts.append(text)
            if opened == tag:
                return

    def error(self, field: str) -> str:
        """The sentence beside this field."""
        return self.by_id.get(f"id_{field}_error", "")

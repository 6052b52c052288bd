"""Someone who reads pages and sends their forms, without a browser: by the words they see there."""

from copy import copy
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.utils import translation

_VOID = {"meta", "link", "input", "br", "hr", "img", "rect"}


def said(language: str, words: str) -> str:
    """These words of the interface as it says them in this language."""
    with translation.override(language):
        return translation.gettext(words)


class Form:
    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.action = attributes.get("action") or ""
        self.method = attributes.get("method") or "get"
        self.fields: dict[str, str] = {}
        self.names: set[str] = set()
        self.buttons: dict[str, dict[str, str]] = {}
        self.is_disabled = False


class Page(HTMLParser):
    """What can be read and done on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self.root: dict[str, str | None] = {}
        self.rows: list[str] = []
        self._texts: list[str] = []
        self._starts: list[tuple[str, dict[str, str | None], int]] = []
        self.feed(html)
        self.text = self._since(0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "html":
            self.root = attributes
        elif tag == "form":
            self.forms.append(Form(attributes))
        elif tag == "fieldset" and "disabled" in attributes:
            self.forms[-1].is_disabled = True
        elif tag in ("input", "select", "textarea") and (name := attributes.get("name")):
            self._field(tag, name, attributes)
        elif tag == "option" and "selected" in attributes:
            name = next(
                each.get("name") for kind, each, _ in self._starts[::-1] if kind == "select"
            )
            self.forms[-1].fields[name or ""] = attributes.get("value") or ""
        if tag not in _VOID:
            self._starts.append((tag, attributes, len(self._texts)))

    def _field(self, tag: str, name: str, attributes: dict[str, str | None]) -> None:
        form = self.forms[-1]
        form.names.add(name)
        if attributes.get("type") not in ("checkbox", "radio"):
            form.fields[name] = attributes.get("value") or ""
        elif "checked" in attributes:
            form.fields[name] = attributes.get("value") or "on"

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._starts:
            started, attributes, start = self._starts.pop()
            words = self._since(start)
            if started == "a":
                self.links.setdefault(words, attributes.get("href") or "")
            elif started == "button" and self.forms:
                name = attributes.get("name")
                self.forms[-1].buttons[words] = (
                    {name: attributes.get("value") or ""} if name else {}
                )
            elif started == "textarea":
                self.forms[-1].fields[attributes.get("name") or ""] = "".join(self._texts[start:])
            elif started == "tr":
                self.rows.append(words)
            if started == tag:
                return

    def _since(self, start: int) -> str:
        return " ".join("".join(self._texts[start:]).split())


class Visitor:
    """Reads `text` at `path`, which was answered with `status`."""

    def __init__(self) -> None:
        # As a browser would say of its own forms; whatever says less is refused.
        self.client = Client(
            enforce_csrf_checks=True,
            raise_request_exception=True,
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    def goes_to(self, address: str) -> Self:
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self._reads(self.client.get(path, follow=True), path)

    def follows(self, words: str) -> Self:
        return self.goes_to(urljoin(self.path, self.page.links[words]))

    def sends(self, button: str, **typed: str) -> Self:
        """Fill the form of this button, over what stands in it already, and press it."""
        form = next(form for form in self.page.forms if button in form.buttons)
        assert not form.is_disabled
        assert set(typed) <= form.names
        filled = form.fields | typed | form.buttons[button]
        path = urljoin(self.path, form.action)
        if form.method == "post":
            return self._reads(self.client.post(path, filled, follow=True), path)
        return self._reads(self.client.get(path, filled, follow=True), path)

    def in_another_tab(self) -> "Visitor":
        """The same person before the same page once more."""
        return copy(self)

    def _reads(self, response: Any, path: str) -> Self:
        chain = response.redirect_chain
        self.path = chain[-1][0] if chain else path
        self.status: int = response.status_code
        self.html = response.content.decode()
        self.page = Page(self.html)
        self.text = self.page.text
        return self

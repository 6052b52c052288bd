"""How to cite a page of ours: as a line of text, for BibTeX, and as RIS.

BibTeX: an `@online` entry of biblatex. RIS: type ELEC, tags as Research Information Systems wrote
them down (2011), lines ended by CR LF. The line is in the language of the page, each of its parts
in its own direction; the other two are for programs and the same in every language.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import languages
from campaign.templatetags.locale_format import short_day

_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """`published` is when what is cited happened, `read` when the reader saw it. `key` is for
    BibTeX."""

    title: str
    site: str
    url: str
    published: datetime | None
    read: date
    key: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", " ".join(self.title.split()))

    @property
    def text(self) -> str:
        return self._pattern % self._parts()

    @property
    def html(self) -> SafeString:
        """The line for a page. The title, which may hold a name in another script, is read in the
        page's direction, and the address from left to right wherever it stands."""
        parts = {name: f"<bdi>{escape(value)}</bdi>" for name, value in self._parts().items()}
        parts["title"] = f'<bdi dir="{_direction()}">{escape(self._parts()["title"])}</bdi>'
        parts["url"] = f'<bdi class="ltr" dir="ltr">{escape(self.url)}</bdi>'
        return mark_safe(escape(self._pattern) % parts)  # noqa: S308 - each part is escaped

    @property
    def bibtex(self) -> str:
        lines = [
            f"@online{{{re.sub(r'[^A-Za-z0-9-]', '-', self.key)},",
            # In two pairs of braces, or styles would write names small.
            f"  title = {{{{{self.title.translate(_BIBTEX)}}}}},",
            f"  organization = {{{self.site.translate(_BIBTEX)}}},",
            f"  url = {{{self.url}}},",
        ]
        if self.published:
            lines.append(f"  date = {{{self.published:%Y-%m-%d}}},")
        lines += [f"  urldate = {{{self.read:%Y-%m-%d}}},", "}", ""]
        return "\n".join(lines)

    @property
    def ris(self) -> str:
        tags = [("TY", "ELEC"), ("TI", self.title), ("PB", self.site), ("UR", self.url)]
        if self.published:
            tags += [("PY", f"{self.published:%Y}"), ("DA", _ris_day(self.published))]
        tags += [("Y2", _ris_day(self.read)), ("ER", "")]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in tags)

    @property
    def _pattern(self) -> str:
        if self.published:
            return _("%(title)s. %(site)s, %(published)s. %(url)s (read on %(read)s)")
        return _("%(title)s. %(site)s. %(url)s (read on %(read)s)")

    def _parts(self) -> dict[str, str]:
        return {
            "title": self.title.removesuffix("."),
            "site": self.site,
            "url": self.url,
            "published": short_day(self.published),
            "read": short_day(datetime.combine(self.read, time())),
        }


def _direction() -> str:
    return languages.direction(languages.interface_for(get_language() or "en"))


def _ris_day(when: date) -> str:
    return f"{when:%Y/%m/%d/}"

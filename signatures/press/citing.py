"""How to cite a page of ours: as a line of text, for BibTeX, and as RIS.

BibTeX: an `@online` entry of biblatex. RIS: type ELEC, tags as Research Information Systems wrote
them down (2011), lines ended by CR LF.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

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
        year = f" ({self.published.date().isoformat()})" if self.published else ""
        return f"{self.title}. {self.site}{year}. {self.url} (read {self.read:%Y-%m-%d})."

    @property
    def bibtex(self) -> str:
        lines = [
            f"@online{{{re.sub(r'[^A-Za-z0-9-]', '-', self.key)},",
            f"  title = {{{self.title.translate(_BIBTEX)}}},",
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


def _ris_day(when: date) -> str:
    return f"{when:%Y/%m/%d/}"

"""Links that were typed without https://: told from others that lead nowhere, and completed.
And links whose words are another address than theirs."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.encoding import punycode

from campaign import domains
from campaign.letters import markdown
from campaign.letters.markdown import DeadLink, Link

# After `](` or `[label]:`, an address that begins with a host's name.
_WITHOUT_SCHEME = re.compile(
    r"(\]\([ \t]*<?|^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*<?)"
    r"(?=(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#)>\s]|$))",
    re.MULTILINE,
)
# Full stops of other scripts, of which browsers make a dot (UTS #46).
_DOTS = dict.fromkeys(map(ord, "\u3002\uff0e\uff61\u2024"), ".")
# One class and no more, so that no words take long to look through.
_WORD = re.compile(r"[\w.@+-]+")
_LABEL = re.compile(r"[\w-]+")


def dead_links(source: str) -> list[DeadLink]:
    return markdown.read(source).dead_links


def with_https(source: str) -> str:
    """https:// put before each address that has only its host's name."""
    return _WITHOUT_SCHEME.sub(r"\1https://", source)


@dataclass(frozen=True)
class MisleadingLink:
    """A link of whose words `named` looks like the address that it leads to, and is not."""

    named: str
    address: str


def misleading_links(source: str) -> list[MisleadingLink]:
    """Links that name an address of somebody else: in their words, in what a browser shows beside
    them, or before an @ in the address itself. Another page of the same owner is none."""
    found = ((each, _named_beside(each)) for each in markdown.read(source).links)
    return [MisleadingLink(named, each.address) for each, named in found if named]


def _named_beside(link: Link) -> str:
    """The first address that it names and does not lead to."""
    try:
        target = urlsplit(link.address)
    except ValueError:
        return ""
    if target.scheme == "mailto":
        mailbox = unquote(target.path).casefold()
        host = mailbox.rpartition("@")[2]
    else:
        mailbox, host = "", target.hostname or ""
    shown = f"{link.words} {link.title} {_before_at(target)}"
    for named, named_host in _addresses_in(shown, end=_label(host)):
        is_other_mailbox = mailbox and "@" in named and named.casefold() != mailbox
        if is_other_mailbox or _owner(named_host) != _owner(host):
            return named
    return ""


def _before_at(target: SplitResult) -> str:
    return unquote(target.netloc.rpartition("@")[0])


def _addresses_in(words: str, *, end: str) -> Iterator[tuple[str, str]]:
    """What a reader takes for an address, with its host: hosts under a known ending, or under
    `end`, that of the link."""
    seen = "".join(
        each for each in unicodedata.normalize("NFKC", words) if unicodedata.category(each) != "Cf"
    )
    for word in _WORD.findall(seen.translate(_DOTS)):
        named = word.strip(".@+-")
        host = named.rpartition("@")[2]
        *above, last = host.split(".")
        is_host = above and len(last) > 1 and all(map(_LABEL.fullmatch, [*above, last]))
        if is_host and (_label(host) == end or domains.has_known_ending(_in_ascii(host))):
            yield named, host


def _label(host: str) -> str:
    return _in_ascii(host).rpartition(".")[2]


def _owner(host: str) -> str:
    return domains.owned(_in_ascii(host))


def _in_ascii(host: str) -> str:
    try:
        return punycode(host.casefold().rstrip("."))
    except UnicodeError:
        return host.casefold()

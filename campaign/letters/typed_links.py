"""Links that were typed without https://: told from others that lead nowhere, and completed."""

import re

from campaign.letters import markdown
from campaign.letters.markdown import DeadLink

# After `](` or `[label]:`, an address that begins with a host's name.
_WITHOUT_SCHEME = re.compile(
    r"(\]\([ \t]*<?|^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*<?)"
    r"(?=(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#)>\s]|$))",
    re.MULTILINE,
)


def dead_links(source: str) -> list[DeadLink]:
    return markdown.read(source).dead_links


def with_https(source: str) -> str:
    """https:// put before each address that has only its host's name."""
    return _WITHOUT_SCHEME.sub(r"\1https://", source)

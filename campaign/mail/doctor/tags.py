"""Lists of tags, `v=DKIM1; p=…`, as DKIM (RFC 6376 section 3.2) and DMARC write them."""

import re

MAX_TAGS = 50
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class NotTags(ValueError):
    pass


def tags_of(text: str) -> dict[str, str]:
    """In their order. Raises NotTags for what is none, and for a tag that stands twice."""
    found: dict[str, str] = {}
    parts = text.split(";", MAX_TAGS + 1)
    if len(parts) > MAX_TAGS:
        raise NotTags
    # The last semicolon may be there or not.
    for part in parts if parts[-1].strip() else parts[:-1]:
        name, equals, value = (each.strip() for each in part.partition("="))
        if not equals or not _NAME.fullmatch(name) or name in found:
            raise NotTags
        found[name] = value
    return found

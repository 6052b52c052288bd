"""The addresses of one audience, found by the folder that their views live in: new ones, too."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def addresses_in(package: str) -> list[tuple[str, str]]:
    """Name and path of each, with the path's parameters in pointed brackets."""
    return sorted(
        {
            (pattern.name or "", path)
            for path, pattern in _patterns(get_resolver().url_patterns)
            if f"{pattern.callback.__module__}.".startswith(f"{package}.")
        }
    )


def filled(path: str, values: dict[str, Any]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), path)


def directives(response: Any) -> set[str]:
    return {part.strip() for part in response.get("Cache-Control", "").split(",")} - {""}


def _patterns(
    found: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for each in found:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, path)
        else:
            yield path, each

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib import import_module
from typing import get_args, get_type_hints

from campaign.pages import PageContext


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who(PageContext):
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole(PageContext):
    who: _Who
    shown: tuple[str, ...] = ()


def test_a_template_reads_the_fields_of_a_page_and_of_its_parts() -> None:
    context = _Whole(who=_Who(name="Brigid", kind="person"))
    assert context.variables() == {"name": "Brigid", "kind": "person", "shown": ()}


def test_no_part_of_a_page_hides_a_name_of_another() -> None:
    import_module("campaign.urls")
    several = {
        str(each): twice
        for each in _contexts(PageContext)
        if (twice := [name for name, count in Counter(_names(each)).items() if count > 1])
    }
    assert several == {}


def _contexts(base: type[PageContext]) -> Iterator[type[PageContext]]:
    for each in base.__subclasses__():
        yield each
        yield from _contexts(each)


def _names(context: type[PageContext]) -> Iterator[str]:
    hints = get_type_hints(context)
    for field in fields(context):
        hint = hints[field.name]
        parts = [
            each
            for each in (hint, *get_args(hint))
            if isinstance(each, type) and issubclass(each, PageContext)
        ]
        if parts:
            yield from _names(parts[0])
        else:
            yield field.name

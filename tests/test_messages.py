"""locale/check.py: what a translation says wrong."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

CHECK: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[1] / "locale/check.py"))


@pytest.mark.parametrize(
    ("english", "arabic", "found"),
    [
        ("Signed by %(name)s", "الموقّعون: %(name)s", []),
        ("Signed by %(name)s", "الموقّعون: %(names)s", ["other placeholders"]),
        ("Signed by {name}", "الموقّعون", ["other placeholders"]),
        (("%(n)s name", "%(n)s names"), ("لا أسماء", "اسم واحد", "%(n)s أسماء"), []),
        (("%(n)s name", "%(n)s names"), ("لا أسماء", "%(x)s اسم"), ["other placeholders"]),
        ("See <b>it</b>", "<b>عرض</b>", []),
        ("See <b>it</b>", "عرض", ["other tags"]),
        ("“Title”", "“عنوان”", ["quotation marks are «»"]),
        ("Why?", "لماذا?", ["punctuation is ، ؛ ؟"]),
        ("Check", "تدقيق", ["vetting is مراجعة"]),
        ("For a minute", "لمدة دقيقة", []),
        ("Press “Save the order”.", "اضغط «حفظ الترتيب».", []),
        ("Press “Save the order”.", "اضغط «احفظ».", ["“Save the order” is called otherwise"]),
        ("Press “Nothing”.", "اضغط «شيئًا».", []),
    ],
)
def test_translation_with_a_slip(english: Any, arabic: Any, found: list[str]) -> None:
    catalog = Catalog(locale="ar")
    catalog.add("Save the order", "حفظ الترتيب")
    catalog.add(english, arabic)
    first = english if isinstance(english, str) else english[0]
    told = [f"{slip}: {first!r}" for slip in found]
    assert CHECK["slips"](catalog, language="ar") == told


def test_language_without_rules_of_its_own_has_the_common_ones() -> None:
    catalog = Catalog(locale="de")
    catalog.add("“%(a)s”", "“%(b)s”")
    assert CHECK["slips"](catalog, language="de") == ["other placeholders: '“%(a)s”'"]

"""The style sheets: well-formed, for both directions of writing, and without what nobody uses."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import tinycss2

ROOT = Path(__file__).resolve().parents[1]
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
# What has a side that is left or right; each has a logical property for both directions.
PHYSICAL = re.compile(
    r"(margin|padding|border|inset)-(left|right)(-\w+)?|left|right|border-(top|bottom)-(left|right)-radius"
)
SIDES = {"float", "clear"}


def content(node: Any) -> list[Any]:
    return tinycss2.parse_blocks_contents(node.content or [], True, True) if node.content else []


def rules_of(nodes: list[Any]) -> list[Any]:
    """All rules and declarations, at any depth."""
    found = []
    for node in nodes:
        found.append(node)
        if node.type in ("qualified-rule", "at-rule"):
            found += rules_of(content(node))
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_style_sheet_is_well_formed_has_no_left_or_right_and_says_nothing_twice(
    sheet: Path,
) -> None:
    found = rules_of(tinycss2.parse_stylesheet(sheet.read_text(), True, True))
    assert [(node.source_line, node.message) for node in found if node.type == "error"] == []
    said = [node for node in found if node.type == "declaration"]
    assert said
    assert [
        (node.source_line, node.name)
        for node in said
        if PHYSICAL.fullmatch(node.name)
        or (
            node.name in SIDES
            and {each.lower_value for each in node.value if each.type == "ident"}
            & {"left", "right"}
        )
    ] == []
    for node in found:
        if node.type in ("qualified-rule", "at-rule") and node.content:
            names = Counter(
                (each.name, tinycss2.serialize(each.value).strip())
                for each in content(node)
                if each.type == "declaration"
            )
            assert [each for each, times in names.items() if times > 1] == [], node.source_line


def test_style_sheets_define_each_variable_that_they_use_and_use_each_that_they_define() -> None:
    text = "".join(sheet.read_text() for sheet in SHEETS)
    defined = set(re.findall(r"(?<![\w-])(--[\w-]+)\s*:", text))
    used = set(re.findall(r"var\(\s*(--[\w-]+)", text))
    elsewhere = "".join(
        path.read_text()
        for folder, ending in (("templates", "html"), ("static/js", "js"), ("signatures", "py"))
        for path in (ROOT / folder).rglob(f"*.{ending}")
    )
    assert {name for name in used - defined if name not in elsewhere} == set()
    assert {name for name in defined - used if f"var({name})" not in elsewhere} == set()


def test_style_sheets_style_no_class_that_nothing_has() -> None:
    wanted = set()
    for sheet in SHEETS:
        for node in rules_of(tinycss2.parse_stylesheet(sheet.read_text(), True, True)):
            if node.type == "qualified-rule":
                wanted |= set(re.findall(r"\.([a-zA-Z][\w-]*)", tinycss2.serialize(node.prelude)))
    places = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static/js").glob("*.js"),
        *(
            path
            for app in ("campaign", "signatures", "demo")
            for path in (ROOT / app).rglob("*.py")
        ),
    ]
    words = set(re.findall(r"[a-zA-Z][\w-]*", " ".join(path.read_text() for path in places)))
    # The end of these is made in the template: `chip-{{ standing.name }}`.
    made = {each for each in wanted if each.startswith("chip-") and each[5:] in words}
    assert wanted - words - made == set()

"""What was measured: printed as a table and kept as var/bench.json."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "var" / "bench.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One work. `ratio` is value to yardstick, both of the same run; `target` is for the value."""

    work: str
    value: float
    unit: str
    target: float
    yardstick: float | None = None
    # What the ratio should reach, or 0 where none is asked.
    target_ratio: float = 0.0
    # Seconds and bytes are to be small, rates to be large.
    less_is_better: bool = False
    # Requirements beside the speed that this run did not meet.
    broken: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        return self.value / self.yardstick if self.yardstick else None

    @property
    def reached(self) -> bool:
        if self.broken:
            return False
        if self.less_is_better:
            return self.value <= self.target
        by_ratio = self.ratio is not None and self.target_ratio and self.ratio >= self.target_ratio
        return self.value >= self.target or bool(by_ratio)


def show(result: Result) -> None:
    compared = ""
    if result.ratio is not None:
        compared = f"   yardstick {_number(result.yardstick)}   ratio {_number(result.ratio)}"
        if result.target_ratio:
            compared += f" (target {result.target_ratio:g})"
    verdict = "reached" if result.reached else "NOT REACHED"
    print(
        f"{result.work:18} {_number(result.value):>9} {result.unit:8} "
        f"target {_number(result.target):>7}   {verdict}{compared}"
    )
    for line in (*result.broken, *result.notes):
        print(f"{'':18} {line}")


def keep(results: list[Result]) -> None:
    """Works that were not run this time keep the figures of their last run."""
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    for result in results:
        said = asdict(result) | {"ratio": result.ratio}
        kept[result.work] = {
            name: round(said[name], 4) if isinstance(said[name], float) else said[name]
            for name in ("value", "unit", "yardstick", "ratio", "target")
        }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

"""Says how many branches the tests took, and fails below the gate.

Coverage's own total counts lines and branches together, so a well-covered line hides a branch
that nobody took. Reads the JSON report named as the only argument.
"""

import json
import sys
from pathlib import Path

LEAST = 95.0


def main(report: Path) -> int:
    totals = json.loads(report.read_text())["totals"]
    taken, known = totals["covered_branches"], totals["num_branches"]
    percent = 100 * taken / known if known else 100.0
    print(f"Branches: {taken} of {known} taken, {percent:.1f} %; the gate is {LEAST:.0f} %.")
    return 0 if percent >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""`python -m bench` measures all but what takes long; `python -m bench sign confirm` only these."""

import argparse
import importlib
import sys

from bench import results
from bench.site import site

# In this order. A module may measure more than one work.
MODULES = {
    "letter_page": "letter_page",
    "letter_page_nginx": "letter_page",
    "sign": "sign",
    "confirm": "confirm",
    "sequencer": "sequencer",
    "verifier": "verifier",
    "list_deep": "list_pages",
    "list_search": "list_pages",
    "screening": "screening",
    "csv": "downloads",
    "json": "downloads",
    "fanout": "fanout",
    "mail": "mail",
    "mail_throttled": "mail_throttled",
    "pdf": "pdf",
    "web_memory": "web_memory",
    "demo_start": "demo_start",
}
# A quarter of an hour each, most of it waiting: only when it is asked for.
LONG = {"mail_throttled"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("works", nargs="*", metavar="work", help=", ".join(MODULES))
    asked = parser.parse_args().works or [work for work in MODULES if work not in LONG]
    if unknown := set(asked) - set(MODULES):
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    measured: list[results.Result] = []
    with site() as servers:
        for module in dict.fromkeys(MODULES[work] for work in asked):
            for result in importlib.import_module(f"bench.{module}").run(servers):
                results.show(result)
                measured.append(result)
                results.keep(measured)
    return 0 if all(result.reached for result in measured) else 1


sys.exit(main())

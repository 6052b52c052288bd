"""One name against 20,000 watched ones: how long that takes, how many are held by chance, and what
becomes of disguises and of honest names."""

import time
from collections.abc import Iterable, Sequence

from bench.invented_names import names as invented
from bench.results import Result
from bench.site import Site
from demo.desk import famous
from demo.people import people
from signatures.names.lookalikes import words_key
from signatures.screening.watched_names import WatchedNames
from tests.signatures.screening import corpora

WATCHED = 20_000
SIGNED = 50_000
DEMO_PEOPLE = 10_500
_DEMO_SEED = 20_261
_MOST_PERCENT = 0.2


def run(_site: Site) -> list[Result]:
    watched = tuple(dict.fromkeys(invented(count=WATCHED * 2, seed=1)))[:WATCHED]
    begun = time.process_time()
    many, demos = _compiled(watched), _compiled(famous())
    compiling = time.process_time() - begun
    crowd = list(people(count=DEMO_PEOPLE, seed=_DEMO_SEED))
    texts = {
        "the demo's names": [each.name for each in crowd],
        "its credits and affiliations": [
            text for each in crowd for text in (each.credit, each.affiliation) if text
        ],
        f"{SIGNED:,} invented names": list(invented(count=SIGNED, seed=2)),
    }
    # Sounds are learned when the first name of another script comes.
    many.find("Мария Карлсен")
    notes: list[str] = []
    broken: list[str] = []
    milliseconds = slowest = 0.0
    for kind, signed in texts.items():
        for names, listed, whose in ((demos, famous(), "demo's"), (many, watched, "20,000")):
            held, took = _held_by_chance(names, signed, listed)
            line = f"{held:.3f} % of {kind} held by chance with the {whose} watched names"
            (notes if held <= _MOST_PERCENT else broken).append(line)
            if names is many and kind != "its credits and affiliations":
                milliseconds = max(milliseconds, 1000 * sum(took) / len(took))
                slowest = max(slowest, 1000 * sorted(took)[int(len(took) * 0.99)])
    for line, is_kept in _of_corpora():
        (notes if is_kept else broken).append(line)
    notes.append(f"p99 {slowest:.2f} ms; compiled in {compiling:.1f} s, all of processor time")
    return [
        Result(
            work="screening",
            value=milliseconds,
            unit="ms",
            target=1.0,
            less_is_better=True,
            broken=tuple(broken),
            notes=tuple(notes),
        )
    ]


def _of_corpora() -> list[tuple[str, bool]]:
    """How many disguises are public and how many honest names are held, and whether that is as few
    as promised: one in a hundred, and two."""
    names = corpora.watched()
    disguises = [each for under in corpora.disguises().values() for each in under]
    public = sum(corpora.is_public(each, names=names) for each in disguises)
    found = [(f"{public} of {len(disguises)} disguises are public", 100 * public <= len(disguises))]
    for kind, honest in (("near watched ones", corpora.near()), ("of all kinds", corpora.honest())):
        held = sum(not corpora.is_public(each, names=names) for each in honest)
        line = f"{held} of {len(honest)} honest names {kind} are held"
        found.append((line, 50 * held <= len(honest)))
    return found


def _compiled(names: Iterable[str]) -> WatchedNames:
    compiled = WatchedNames()
    for number, name in enumerate(names, start=1):
        compiled.add(number, name)
    return compiled


def _held_by_chance(
    names: WatchedNames, signed: Sequence[str], watched: Iterable[str]
) -> tuple[float, list[float]]:
    """Percentage held of those whose words are not a watched name's, and the time of each."""
    known = {words_key(name) for name in watched}
    took, others, held = [], 0, 0
    for text in signed:
        begun = time.process_time()
        found = names.find(text)
        took.append(time.process_time() - begun)
        if words_key(text) not in known:
            others += 1
            held += found is not None
    return 100 * held / others, took

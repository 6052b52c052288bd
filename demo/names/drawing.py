"""A full name, drawn from the parts of one culture and put together as it does."""

from hashlib import sha256

from demo.names import Culture, Part, kept_out
from demo.rng import Chance


def full_name(chance: Chance, culture: Culture) -> tuple[str, str, bool]:
    """A full name as it is shown, the same in Latin letters, and whether its own script is used."""
    while True:
        gender = culture.women if chance.percent(52) else culture.men
        given, given2 = chance.one_of(gender.given), chance.one_of(gender.given)
        family, family2 = chance.one_of(gender.family), chance.one_of(gender.family)
        father = chance.one_of(culture.men.given)
        native = chance.percent(culture.in_script) and all(
            part.native != part.latin for part in (given, given2, family, family2)
        )
        pattern = chance.weighted(culture.native if native else culture.latin)
        parts = {
            "given": given,
            "given2": given2,
            "father": father,
            "family": family,
            "family2": family2,
        }
        latin = _filled("{given} {family}" if native else pattern, parts)
        if not _is_fitting(pattern, parts) or _is_kept_out(parts, latin):
            continue
        return (_filled(pattern, parts, native=native), latin, native)


def _is_fitting(pattern: str, parts: dict[str, Part]) -> bool:
    """No name twice in one, and no third family name beside a double one."""
    given, given2, father = parts["given"], parts["given2"], parts["father"]
    family, family2 = parts["family"], parts["family2"]
    if "{given2}" in pattern and (given == given2 or " " in given.latin):
        return False
    if "{father}" in pattern and given == father:
        return False
    doubled = family.latin + family2.latin
    return "{family2}" not in pattern or (
        family != family2 and "-" not in doubled and ("-" not in pattern or " " not in doubled)
    )


def _is_kept_out(parts: dict[str, Part], latin: str) -> bool:
    family, given = parts["family"].latin, parts["given"].latin
    return any(
        sha256(name.lower().encode()).hexdigest()[:16] in kept_out()
        for name in {latin, f"{given} {family}", f"{given} {parts['family2'].latin}"}
    )


def _filled(pattern: str, parts: dict[str, Part], *, native: bool = False) -> str:
    words = {key: part.native if native else part.latin for key, part in parts.items()}
    return pattern.format(
        **words,
        initial=parts["given2"].latin[0],
        initial2=parts["father"].latin[0],
    )

"""Who comes back in story after story. All are invented, and so is the domain of their addresses.

Noor plays the viola, and does everything on her phone. Salma writes poems and reads Arabic.
Ilse, a novelist, runs the letters of the Working Artists' Council. Piet reports on them, and
believes no number that he cannot check. Vlad breaks what can be broken.
"""

from campaign.organizers.models import Organizer
from signatures.models import Profession
from tests.signatures.factories import PASSWORD, Person, make_organizer, make_team, person

NOOR = person(
    "noor@viola.example",
    "Noor Ó Dálaigh-Brandsma",
    profession=Profession.MUSICIAN,
    country="NL",
    credit="Low Water Quartet",
)
SALMA = person(
    "salma@hibr.example",
    "سلمى الحبّار",
    profession=Profession.POET,
    country="LB",
    credit="دفتر الملح",
    language="ar",
)
VLAD = person("vlad@rubble.example", "Vlad Ruinescu", profession=Profession.OTHER, country="RO")
ILSE = "ilse@working-artists.example"
ILSES_PASSWORD = PASSWORD


def ilse() -> Organizer:
    """Her account, and the team that she owns."""
    return make_organizer(team=make_team(slug="working-artists"), email=ILSE)


def typed_by(who: Person) -> dict[str, str]:
    """What they fill into the form under the letter."""
    details = who.details
    fields = {
        "name": details.name,
        "email": who.email,
        "profession": str(details.profession),
        "country": details.country,
        "credit": details.credit,
    }
    return fields | {"consent_publish": "on" if details.consent_publish else "off"}

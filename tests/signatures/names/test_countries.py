import pytest
from django.conf import settings

from signatures.names import countries


@pytest.mark.parametrize("language", settings.LANGUAGES, ids=lambda language: str(language[0]))
def test_every_language_has_the_same_countries(language: tuple[str, str]) -> None:
    codes = {code for code, _name in countries.choices(language[0])}
    assert codes == {code for code, _name in countries.choices("en")}


def test_countries_are_those_of_iso_3166_and_no_more() -> None:
    codes = [code for code, _name in countries.choices("en")]
    assert len(codes) == len(set(codes))
    # 249 in ISO 3166-1, and Kosovo, for which it leaves XK free.
    assert len(codes) == 250
    assert {"IE", "LB", "TW", "PS", "XK", "VA"} <= set(codes)
    assert not {"EU", "UN", "ZZ", "001", "IC", "XA"} & set(codes)


def test_countries_are_in_the_order_of_their_names_without_accents() -> None:
    names = [name for _code, name in countries.choices("en")]
    assert names[0] == "Afghanistan"
    assert names.index("Åland Islands") < names.index("Albania") < names.index("Côte d’Ivoire")
    assert names.index("Côte d’Ivoire") < names.index("Croatia")


def test_names_are_in_the_language_of_the_interface() -> None:
    assert countries.names("ar")["LB"] == "لبنان"
    assert countries.names("de")["LB"] == countries.names("en")["LB"] == "Lebanon"


def test_the_arabic_article_is_left_out_of_the_order() -> None:
    order = [code for code, _name in countries.choices("ar")]
    # Morocco and Mexico have an article, Madagascar and Malawi none.
    assert order.index("MG") < order.index("MA") < order.index("MX") < order.index("MW")
    # Albania and Germany begin like an article, and have none.
    assert order.index("AF") < order.index("AL") < order.index("DE") < order.index("BH")


@pytest.mark.parametrize(("language", "name"), [("en", "Palestine"), ("ar", "فلسطين")])
def test_a_country_has_the_name_that_its_people_call_it_by(language: str, name: str) -> None:
    assert countries.names(language)["PS"] == name

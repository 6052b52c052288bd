from demo.addresses import site_of
from demo.proof_seeding import a_house, fresh_number
from demo.rng import Chance


def test_a_site_fits_to_the_address_and_is_nobody_elses() -> None:
    assert site_of("noor.dalaigh@inkwell.example", set()) == "noor-dalaigh.example"
    assert site_of("post@noordalaigh.example", set()) == "noordalaigh.example"
    taken = {"noor.example", "noor2.example"}
    assert site_of("noor@mailbox.example", taken) == "noor3.example"
    assert site_of("noor@lantern.example", taken) == "noor3.example"


def test_houses_and_entries_are_invented_and_not_always_the_same() -> None:
    houses = {a_house(Chance(seed)) for seed in range(20)}
    assert len(houses) > 10
    assert all(house.endswith(".example") for house in houses)
    assert fresh_number() != fresh_number()

import pytest

from campaign import domains


@pytest.mark.parametrize(
    ("host", "owner", "is_known"),
    [
        ("mail.lantern.co.uk", "lantern.co.uk", True),
        ("lantern.com", "lantern.com", True),
        # What the owner of a domain gives to others is theirs.
        ("noor.github.io", "noor.github.io", True),
        ("a.noor.github.io", "noor.github.io", True),
        ("co.uk", "co.uk", True),
        ("one.s3.eu-west-1.amazonaws.com", "one.s3.eu-west-1.amazonaws.com", True),
        ("a.b.nowhere", "b.nowhere", False),
        ("localhost", "localhost", False),
        ("", "", False),
    ],
)
def test_who_has_a_domain(host: str, owner: str, is_known: bool) -> None:
    assert (domains.owned(host), domains.has_known_ending(host)) == (owner, is_known)

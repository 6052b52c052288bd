import pytest
from tests.signatures.factories import *
@pytest.mark.django_db
def test_x():
    l = open_letter()
    s = listed(l, BRIGID, SALMA, QUIET, GUILD)
    assert [x.number for x in s] == [1,2,3,4]

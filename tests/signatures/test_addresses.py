import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from signatures.addresses import (
    ADDRESS_LIMIT,
    AddressReason,
    AddressRefused,
    canonical_address,
    clean_address,
    email_key,
    shown_address,
)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("ana@lima.org", "ana@lima.org"),
        ("  Ana.Lima+letter@Lima.ORG\n", "Ana.Lima+letter@lima.org"),
        ("o'hara_{x}~!#$%&*/=?^`|@lima.org", "o'hara_{x}~!#$%&*/=?^`|@lima.org"),
        ("ana＠ｌｉｍａ．ｏｒｇ", "ana@lima.org"),
        ("ana@bücher.de", "ana@xn--bcher-kva.de"),
        ("ana@BU\u0308CHER.de", "ana@xn--bcher-kva.de"),
        ("ana@faß.de", "ana@xn--fa-hia.de"),
        ("ana@例え。jp", "ana@xn--r8jz45g.jp"),
        ("ana@xn--bcher-kva.de", "ana@xn--bcher-kva.de"),
        ("x" * 64 + "@lima.org", "x" * 64 + "@lima.org"),
        ("ana@lima.co", "ana@lima.co"),
    ],
)
def test_addresses_that_mail_can_reach(raw: str, address: str) -> None:
    assert clean_address(raw) == address


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", AddressReason.EMPTY),
        (" \n", AddressReason.EMPTY),
        ("ana@" + "lima." * 60 + "org", AddressReason.TOO_LONG),
        ("x" * 65 + "@lima.org", AddressReason.TOO_LONG),
        ("x" * 1_000_000, AddressReason.TOO_LONG),
        ("an\u202ea@lima.org", AddressReason.INVISIBLE),
        ("ana@lima\u200b.org", AddressReason.INVISIBLE),
        ("ana\x00@lima.org", AddressReason.INVISIBLE),
        ("ana\ud800@lima.org", AddressReason.INVISIBLE),
        ("ana@lima\ue000.org", AddressReason.INVISIBLE),
        ("Ana Lima <ana@lima.org>", AddressReason.DISPLAY_NAME),
        ("ana@lima.org, bo@lima.org", AddressReason.SEVERAL),
        ("ana@lima.org;bo@lima.org", AddressReason.SEVERAL),
        ("ana@@lima.org", AddressReason.SEVERAL),
        ("ana lima@lima.org", AddressReason.SPACES),
        ("ana@lima .org", AddressReason.SPACES),
        ("ana@lima.org\r\nBcc: bo", AddressReason.SPACES),
        ("ana\u00a0lima@lima.org", AddressReason.SPACES),
        ('"ana"@lima.org', AddressReason.QUOTED),
        ("ana", AddressReason.NO_AT),
        ("ana.lima.org", AddressReason.NO_AT),
        ("@lima.org", AddressReason.NO_LOCAL),
        ("ana@", AddressReason.NO_DOMAIN),
        ("ana@[192.0.2.1]", AddressReason.LITERAL),
        ("ana@[IPv6:::1]", AddressReason.LITERAL),
        ("ańa@lima.org", AddressReason.NOT_ASCII),
        ("аna@lima.org", AddressReason.NOT_ASCII),
        ("an(a)@lima.org", AddressReason.LOCAL),
        (".ana@lima.org", AddressReason.DOTS),
        ("ana.@lima.org", AddressReason.DOTS),
        ("an..a@lima.org", AddressReason.DOTS),
        ("ana@lima.org.", AddressReason.DOTS),
        ("ana@lima..org", AddressReason.DOTS),
        ("ana@.org", AddressReason.DOTS),
        ("ana@lima", AddressReason.NO_ENDING),
        ("ana@lima.con", AddressReason.ENDING),
        ("ana@lima.COMM", AddressReason.ENDING),
        ("ana@example.com", AddressReason.RESERVED),
        ("ana@example。com", AddressReason.RESERVED),
        ("ana@lima.example", AddressReason.RESERVED),
        ("ana@lima.test", AddressReason.RESERVED),
        ("ana@lima.invalid", AddressReason.RESERVED),
        ("ana@localhost", AddressReason.RESERVED),
        ("ana@printer.local", AddressReason.RESERVED),
        ("ana@-lima.org", AddressReason.DOMAIN),
        ("ana@li_ma.org", AddressReason.DOMAIN),
        ("ana@192.0.2.1", AddressReason.DOMAIN),
        ("ana@" + "x" * 64 + ".org", AddressReason.DOMAIN),
        ("ana@xn--zz.org", AddressReason.DOMAIN),
        ("ana@日本", AddressReason.DOMAIN),
    ],
)
def test_addresses_that_it_cannot(raw: str, reason: AddressReason) -> None:
    with pytest.raises(AddressRefused) as refusal:
        clean_address(raw)
    assert refusal.value.reason == reason
    with override("en"):
        sentence = refusal.value.sentence
    assert sentence.endswith((".", "?"))
    assert "%(" not in sentence


@pytest.mark.parametrize("domain", ["lima.example", "example.org", "post.example.com", "lima.test"])
def test_reserved_names_are_let_through_when_asked(domain: str) -> None:
    assert clean_address(f"ana@{domain}", allow_reserved=True) == f"ana@{domain}"


@pytest.mark.parametrize("domain", ["localhost", "lima.invalid", "printer.local"])
def test_nobodys_machines_never(domain: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        clean_address(f"ana@{domain}", allow_reserved=True)
    assert refusal.value.reason == AddressReason.RESERVED


@pytest.mark.parametrize(
    "raw",
    [
        "ada@quayside.org,",
        "ada@quayside.org; ",
        "mailto:ada@quayside.org",
        "MAILTO: ada@quayside.org",
        "\u200fada@quayside.org\u200f",
        "\u2067ada@quayside.org\u2069",
        "\ufeffada@quayside.org",
        " \u200e mailto:ada@quayside.org \u200f,",
    ],
)
def test_what_comes_along_with_a_copied_address_is_left_out(raw: str) -> None:
    assert clean_address(raw) == "ada@quayside.org"


@pytest.mark.parametrize("quote", "\u2018\u2019\u02bc'")
def test_an_apostrophe_of_a_phone_is_an_apostrophe(quote: str) -> None:
    assert clean_address(f"o{quote}brien@quayside.org") == "o'brien@quayside.org"


@pytest.mark.parametrize(
    ("raw", "reason", "sentence"),
    [
        ("ada@quayside,org", "comma", "There is a comma in the address. Did you mean a dot?"),
        ("ada,lo@quayside.org", "comma", "There is a comma in the address. Did you mean a dot?"),
        ("ada@gmial.com", "misspelt", "Did you mean @gmail.com? You typed @gmial.com."),
        ("ada@HOTMIAL.com", "misspelt", "Did you mean @hotmail.com? You typed @hotmial.com."),
        ("ada@yhaoo.com", "misspelt", "Did you mean @yahoo.com? You typed @yhaoo.com."),
    ],
)
def test_the_mistake_itself_is_named(raw: str, reason: str, sentence: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        clean_address(raw)
    assert (str(refused.value), refused.value.sentence) == (reason, sentence)


@pytest.mark.parametrize("local", ["ada.", "a..da", ".ada"])
@pytest.mark.parametrize("domain", ["docomo.ne.jp", "EZWEB.ne.jp"])
def test_who_has_an_old_phone_address_is_told_what_to_do(local: str, domain: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        clean_address(f"{local}@{domain}")
    assert refused.value.sentence.endswith("Please enter another address of yours.")
    assert str(refused.value) == "old_phone"


def test_a_slip_in_the_ending_is_named() -> None:
    with override("en"), pytest.raises(AddressRefused) as refusal:
        clean_address("ana@lima.con")
    assert refusal.value.sentence == "No address ends in .con. Did you mean .com?"


def test_a_refusal_in_a_log_does_not_tell_the_address() -> None:
    with pytest.raises(AddressRefused) as refusal:
        clean_address("ana@example.com")
    assert str(refusal.value) == "reserved"
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ana@lima.org", "ana@lima.org"),
        ("ana@xn--bcher-kva.de", "ana@bücher.de"),
        ("ana@xn--fa-hia.de", "ana@faß.de"),
        ("ana@xn--zz.org", "ana@xn--zz.org"),
        ("xn--ana@lima.org", "xn--ana@lima.org"),
    ],
)
def test_an_address_is_shown_as_its_owner_writes_it(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("Ana@Lima.org", "ana@lima.org"),
        ("a.na+x@lima.org", "a.na+x@lima.org"),
        ("A.n.a+x+y@gmail.com", "ana@gmail.com"),
        ("ana@googlemail.com", "ana@gmail.com"),
        ("one@ana.fastmail.com", "ana@fastmail.com"),
        ("ana+two@fastmail.com", "ana@fastmail.com"),
        ("shop@ana.anonaddy.com", "ana@anonaddy.com"),
        ("news@ana.33mail.com", "ana@33mail.com"),
        ("a@mail.ana.example", "a@mail.ana.example"),
        ("Ana+1@riseup.net", "ana@riseup.net"),
        ("ana+1@startmail.com", "ana@startmail.com"),
        ("ana-x@aol.com", "ana@aol.com"),
        ("ana+1@hotmail.co.nz", "ana@hotmail.co.nz"),
        ("a.na@narod.ru", "a-na@yandex.ru"),
        ("a.na+x@outlook.com", "a.na@outlook.com"),
        ("ana+x@hotmail.co.uk", "ana@hotmail.co.uk"),
        ("ana+x@live.nl", "ana@live.nl"),
        ("a.na+x@me.com", "a.na@icloud.com"),
        ("ana@mac.com", "ana@icloud.com"),
        ("A_n.a-l+x@pm.me", "anal@proton.me"),
        ("ana+x@fastmail.fm", "ana@fastmail.fm"),
        ("ana-shop@yahoo.com", "ana@yahoo.com"),
        ("ana+shop@yahoo.com", "ana+shop@yahoo.com"),
        ("ana-shop@yahoo.co.jp", "ana-shop@yahoo.co.jp"),
        ("a.na+x@ya.ru", "a-na@yandex.ru"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("ana@bücher.de", "ana@xn--bcher-kva.de"),
        ("ana@\u202e", "ana@\u202e"),
        ("nothing", "@nothing"),
    ],
)
def test_one_mailbox_has_one_canonical_address(address: str, canonical: str) -> None:
    assert canonical_address(address) == canonical


def test_the_key_is_that_of_the_mailbox() -> None:
    key = email_key("A.na+x@googlemail.com")
    assert key == email_key("ana@gmail.com")
    assert key != email_key("bo@gmail.com")


ANY_TEXT = st.text(st.characters(categories=None)) | st.builds(
    "{}@{}".format,
    st.text(st.sampled_from("aB.+-_'\"ä ＠\u202e"), max_size=70),
    st.text(st.sampled_from("aB.-üßx。[]1א\u200d"), max_size=70).map(lambda name: f"{name}.org"),
)


@given(ANY_TEXT | st.emails())
@example("a@ß.org")
def test_any_text_is_clean_for_good_or_refused(raw: str) -> None:
    try:
        address = clean_address(raw, allow_reserved=True)
    except AddressRefused:
        return
    assert clean_address(address, allow_reserved=True) == address
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert len(address) <= ADDRESS_LIMIT
    assert clean_address(shown_address(address), allow_reserved=True) == address
    canonical = canonical_address(address)
    assert canonical_address(canonical) == canonical


@given(ANY_TEXT)
def test_a_key_can_be_had_of_any_text(raw: str) -> None:
    assert len(email_key(raw)) == 32
    assert isinstance(shown_address(raw), str)

"""Settings from the environment: what is meant is read, nonsense is refused by name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from campaign import environment

NAME = "UNDERSIGNED_TEST"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


def test_text_is_taken_as_it_is_and_missed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.text(NAME, "default") == "default"
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.text(NAME)
    given(monkeypatch, "")
    assert environment.text(NAME, "default") == "default"
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.text(NAME)
    given(monkeypatch, " as it is ")
    assert environment.text(NAME) == " as it is "


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("1", True),
        ("true", True),
        ("YES", True),
        ("On", True),
        ("0", False),
        ("False", False),
        ("no", False),
        ("off", False),
        ("", False),
    ],
)
def test_flags(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    given(monkeypatch, value)
    assert environment.flag(NAME, default=not meant) is meant


def test_a_flag_that_is_not_set_is_its_default() -> None:
    assert environment.flag(NAME) is False
    assert environment.flag(NAME, default=True) is True


@pytest.mark.parametrize("value", ["2", "maybe", " 1", "tru"])
def test_no_flag(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.flag(NAME)


def test_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.number(NAME, default=7) == 7
    given(monkeypatch, "12")
    assert environment.number(NAME, default=7) == 12
    assert environment.number(NAME, default=7, least=12) == 12
    given(monkeypatch, "")
    assert environment.number(NAME, default=7) == 7


@pytest.mark.parametrize("value", ["-1", "1.5", "one", "١", "²", "4"])
def test_no_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.number(NAME, default=7, least=5)


def test_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.words(NAME) == []
    assert environment.words(NAME, default="a,b") == ["a", "b"]
    given(monkeypatch, " a.example, ,b.example,")
    assert environment.words(NAME, default="c") == ["a.example", "b.example"]
    given(monkeypatch, "")
    assert environment.words(NAME, default="c") == ["c"]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("https://letters.example", "https://letters.example"),
        ("https://letters.example/", "https://letters.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_web_addresses(monkeypatch: pytest.MonkeyPatch, value: str, meant: str) -> None:
    given(monkeypatch, value)
    assert environment.web_address(NAME) == meant


@pytest.mark.parametrize(
    "value",
    [
        "",
        "letters.example",
        "ftp://letters.example",
        "https://",
        "https://letters.example/path",
        "https://letters.example?query",
        "https://letters.example/#part",
        "https://someone:secret@letters.example",
        "https://letters.example:port",
        "https://[::1",
    ],
)
def test_no_web_address(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.web_address(NAME)


def test_folders_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert environment.folder(NAME, default=Path("var")) == tmp_path.resolve() / "var"
    given(monkeypatch, "")
    assert environment.folder(NAME, default=tmp_path) == tmp_path.resolve()
    given(monkeypatch, "elsewhere/../here")
    assert environment.folder(NAME, default=tmp_path) == tmp_path.resolve() / "here"


def test_wordings_in_each_language_or_in_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    default = {"en": "Nobody", "ar": "لا أحد"}
    assert environment.wordings(NAME, ("en", "ar")) == {"en": "", "ar": ""}
    assert environment.wordings(NAME, ("en", "ar"), default=default) == default
    given(monkeypatch, "Letters Trust")
    told = {"en": "Letters Trust", "ar": "Letters Trust"}
    assert environment.wordings(NAME, ("en", "ar"), default=default) == told
    monkeypatch.setenv(f"{NAME}_AR", "وقف الرسائل")
    told["ar"] = "وقف الرسائل"
    assert environment.wordings(NAME, ("en", "ar")) == told


@pytest.mark.parametrize("value", ["", "office@letters.example", "https://letters.example/ask?a=b"])
def test_contacts(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    assert environment.contact(NAME) == value


@pytest.mark.parametrize(
    "value",
    ["us", "a@b", "a b@letters.example", "javascript:alert(1)", "https://", "ftp://a.example"],
)
def test_no_contact(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.contact(NAME)


def test_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.database(NAME, default="sqlite:////tmp/x")["NAME"] == "/tmp/x"
    given(monkeypatch, "postgresql://someone:p%40ss@db.example:5433/letters")
    read = environment.database(NAME, default="sqlite:///x")
    assert {key: read[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "letters",
        "USER": "someone",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": 5433,
    }
    assert read["ENGINE"] == "django.db.backends.postgresql"


@pytest.mark.parametrize(
    "value", ["mysql://a/b", "letters", "postgres", "postgresql://db.example:port/x"]
)
def test_no_database(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.database(NAME, default="sqlite:///x")


@pytest.mark.parametrize("value", ["", "redis://h/0", "rediss://h", "unix:///run/redis"])
def test_redis(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    assert environment.redis_address(NAME) == value


@pytest.mark.parametrize("value", ["localhost:6379", "http://h", "6379", "redis://[::1"])
def test_no_redis(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.redis_address(NAME)


@pytest.mark.parametrize(
    ("value", "backend"),
    [
        ("console:", "django.core.mail.backends.console.EmailBackend"),
        ("memory:", "django.core.mail.backends.locmem.EmailBackend"),
        ("files:", "campaign.mail.files.EmailBackend"),
    ],
)
def test_mail_without_a_server(monkeypatch: pytest.MonkeyPatch, value: str, backend: str) -> None:
    given(monkeypatch, value)
    assert environment.mail(NAME, default="smtp://x") == {"EMAIL_BACKEND": backend}


SMTP = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mx.example",
    "EMAIL_PORT": 587,
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "EMAIL_USE_SSL": False,
    "EMAIL_USE_TLS": False,
    "EMAIL_TIMEOUT": 20,
}


@pytest.mark.parametrize(
    ("value", "differs"),
    [
        ("smtp://mx.example", {}),
        ("smtp://mx.example:25", {"EMAIL_PORT": 25}),
        ("smtp://mx.example?tls=1", {"EMAIL_USE_TLS": True}),
        ("smtp://mx.example?tls=0", {}),
        ("smtps://mx.example", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        (
            "smtp://me%40x.example:p%3Aw@mx.example",
            {"EMAIL_HOST_USER": "me@x.example", "EMAIL_HOST_PASSWORD": "p:w"},
        ),
    ],
)
def test_mail_servers(
    monkeypatch: pytest.MonkeyPatch, value: str, differs: dict[str, object]
) -> None:
    given(monkeypatch, value)
    assert environment.mail(NAME, default="memory:") == SMTP | differs


@pytest.mark.parametrize(
    "value",
    [
        "mx.example",
        "http://mx.example",
        "smtp://",
        "smtp:mx.example",
        "smtp://mx.example?ssl=1",
        "smtp://mx.example?tls=yes",
        "smtps://mx.example?tls=1",
        "smtp://mx.example:port",
        "smtp://mx.example:0",
        "smtp://mx.example:99999",
    ],
)
def test_no_mail(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.mail(NAME, default="memory:")


@pytest.mark.parametrize("value", ["*", "letters.example,*", "*.letters.example"])
def test_no_name_may_stand_for_every_host(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match="HOSTS"):
        environment.hosts("HOSTS", default="letters.example")


def test_hosts_are_those_named_or_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "letters.example, .guild.example")
    assert environment.hosts("HOSTS", default="x.example") == ["letters.example", ".guild.example"]
    monkeypatch.delenv("HOSTS")
    assert environment.hosts("HOSTS", default="x.example") == ["x.example"]


@pytest.mark.parametrize("value", ["0.0.0.0/0", "::/0", "10.0.0.1/24", "nginx", "10.0.0.0/24,x"])
def test_networks_of_nobody_and_of_everybody_are_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("NETWORKS", value)
    with pytest.raises(ImproperlyConfigured, match="NETWORKS"):
        environment.networks("NETWORKS")


def test_addresses_are_single_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "198.51.100.7, 2001:db8::7")
    assert environment.addresses(NAME) == ["198.51.100.7", "2001:db8::7"]
    for value in ("198.51.100.0/24", "mail.letters.example", "198.51.100.7 2001:db8::7"):
        given(monkeypatch, value)
        with pytest.raises(ImproperlyConfigured, match=NAME):
            environment.addresses(NAME)


def test_networks_are_ranges_or_single_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETWORKS", "10.0.0.0/24, fd00::/8,127.0.0.1")
    assert environment.networks("NETWORKS") == ["10.0.0.0/24", "fd00::/8", "127.0.0.1"]


@pytest.mark.parametrize(
    ("read", "value", "found"),
    [
        (environment.secret, "a b,c#'", "a b,c#'"),
        (environment.secret_lines, "one, two\nthree", ["one, two", "three"]),
        (environment.redis_address, "redis://:secret@db.example/0", "redis://:secret@db.example/0"),
        (
            lambda name: environment.database(name, default="sqlite:///x")["PASSWORD"],
            "postgresql://u:secret@db.example/u",
            "secret",
        ),
        (
            lambda name: environment.mail(name, default="memory:")["EMAIL_HOST_PASSWORD"],
            "smtp://u:secret@mx.example",
            "secret",
        ),
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_is_set_or_stands_in_a_file(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    read: Callable[[str], object],
    value: str,
    found: object,
    end: str,
) -> None:
    path = tmp_path / "secret"
    path.write_bytes((value + end).encode())
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    assert read(NAME) == found
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read(NAME)
    assert str(refused.value) == f"{NAME} and {NAME}_FILE are both set. Unset one of them."
    monkeypatch.setenv(f"{NAME}_FILE", "")
    assert read(NAME) == found


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory."),
        ("a folder", "cannot be read: Is a directory."),
        (b"", "is empty."),
        (b"\n", "is empty."),
        (b"\xff\xfe", "is no text."),
    ],
)
def test_a_file_without_a_secret_is_refused_by_its_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | str | None, told: str
) -> None:
    path = tmp_path / "secret"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.database(NAME, default="sqlite:///x")
    assert str(refused.value) == f"{NAME}_FILE names a file that {told}"


def test_a_secret_that_is_missed_is_named_with_its_file() -> None:
    assert environment.secret(NAME, "") == ""
    assert environment.secret_lines(NAME) == []
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} is not set.*{NAME}_FILE can name"):
        environment.secret(NAME)


@pytest.mark.parametrize(
    "address",
    ["bounces@letters.example", "b@a.example", "seventeen-letters@letters.example", ""],
)
def test_where_bounces_go_is_an_address_that_more_may_be_added_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("NAME", address)
    longest = environment.LONGEST_BOUNCE_LOCAL
    assert environment.plain_address("NAME", longest_local=longest) == address


@pytest.mark.parametrize(
    "address",
    [
        *("bounces", "@letters.example", "bounces@letters", "a+b@letters.example", "a@b.example\n"),
        *("Bounces <b@a.example>", "eighteen-letters--@letters.example", "bé@a.example"),
    ],
)
def test_an_address_that_no_token_fits_into_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("NAME", address)
    with pytest.raises(ImproperlyConfigured, match="NAME must look like bounces@"):
        environment.plain_address("NAME", longest_local=environment.LONGEST_BOUNCE_LOCAL)


def test_a_mailbox_is_read_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.mailbox("NAME") is None
    found = {}
    for url in (
        "imaps://us%40er:p%2Fw@mail.example",
        "imaps://user:pw@mail.example:9993/Some%20Folder/",
        "pop3s://user:pw@mail.example",
        "imap://user:pw@127.0.0.1",
        "pop3://user:pw@localhost:1110",
    ):
        monkeypatch.setenv("NAME", url)
        box = environment.mailbox("NAME")
        assert box is not None
        found[url] = (box.scheme, box.host, box.port, box.user, box.folder)
        assert box.password in {"p/w", "pw"}
        assert box.password not in repr(box)
    assert list(found.values()) == [
        ("imaps", "mail.example", 993, "us@er", "INBOX"),
        ("imaps", "mail.example", 9993, "user", "Some Folder"),
        ("pop3s", "mail.example", 995, "user", "INBOX"),
        ("imap", "127.0.0.1", 143, "user", "INBOX"),
        ("pop3", "localhost", 1110, "user", "INBOX"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "mail.example",
            "https://user:pw@mail.example",
            "imaps://mail.example",
            "imaps://user:pw@",
        ),
        *(
            "imap://user:pw@mail.example",
            "pop3://user:pw@10.0.0.1",
            "imaps://u:pw@mail.example?a=b",
        ),
        *('imaps://u:pw@mail.example/a"b', "imaps://u:pw@mail.example:0"),
    ],
)
def test_a_mailbox_without_encryption_or_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("NAME", url)
    with pytest.raises(ImproperlyConfigured, match="NAME must b") as refused:
        environment.mailbox("NAME")
    assert "pw" not in str(refused.value)

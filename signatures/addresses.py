"""E-mail addresses: which we can write to, and which of them are one mailbox."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import idna
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

from campaign.keyed_hash import Purpose, keyed_hash

# RFC 5321 section 4.5.3.1: 64 before the @, 254 in all.
ADDRESS_LIMIT = 254
LOCAL_LIMIT = 64


class AddressReason(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVISIBLE = "invisible"
    SEVERAL = "several"
    COMMA = "comma"
    SPACES = "spaces"
    DISPLAY_NAME = "display_name"
    NO_AT = "no_at"
    NO_LOCAL = "no_local"
    NO_DOMAIN = "no_domain"
    QUOTED = "quoted"
    LITERAL = "literal"
    NOT_ASCII = "not_ascii"
    LOCAL = "local"
    DOTS = "dots"
    OLD_PHONE = "old_phone"
    NO_ENDING = "no_ending"
    ENDING = "ending"
    RESERVED = "reserved"
    DOMAIN = "domain"
    MISSPELT = "misspelt"


_SENTENCES = {
    AddressReason.EMPTY: _("Enter your e-mail address, such as name@example.org."),
    AddressReason.TOO_LONG: _(
        "This is too long for an e-mail address. Please check that nothing else was pasted with it."
    ),
    AddressReason.INVISIBLE: _(
        "The address contains a character that cannot be seen. "
        "Please type it instead of pasting it."
    ),
    AddressReason.SEVERAL: _("Please enter one e-mail address only, with one @ in it."),
    AddressReason.COMMA: _("There is a comma in the address. Did you mean a dot?"),
    AddressReason.SPACES: _("An e-mail address has no spaces in it. Please remove them."),
    AddressReason.DISPLAY_NAME: _(
        "Please enter only the address, such as name@example.org, without brackets around it "
        "or a name before it."
    ),
    AddressReason.NO_AT: _("The @ is missing. An e-mail address looks like name@example.org."),
    AddressReason.NO_LOCAL: _(
        "Something is missing before the @. An e-mail address looks like name@example.org."
    ),
    AddressReason.NO_DOMAIN: _(
        "Something is missing after the @. An e-mail address looks like name@example.org."
    ),
    AddressReason.QUOTED: _("Please enter an e-mail address without quotation marks."),
    AddressReason.LITERAL: _(
        "After the @ we need a name such as example.org, not a number in brackets."
    ),
    AddressReason.NOT_ASCII: _(
        "We cannot send to addresses with other letters than a to z before the @ yet. "
        "Please enter another address of yours."
    ),
    AddressReason.LOCAL: _(
        "The part before the @ contains a character that e-mail addresses cannot have. "
        "Please check it."
    ),
    AddressReason.DOTS: _(
        "A dot is in the wrong place. Please check the address: no dot at the start or end, "
        "beside the @, or beside another dot."
    ),
    AddressReason.OLD_PHONE: _(
        "Most mail systems, ours too, cannot write to addresses of older Japanese phones with a "
        "dot before the @ or two dots together. Please enter another address of yours."
    ),
    AddressReason.NO_ENDING: _(
        "The address stops too early: after the @ we need a name with an ending, "
        "such as example.org."
    ),
    AddressReason.ENDING: _("No address ends in .%(ending)s. Did you mean .%(meant)s?"),
    AddressReason.RESERVED: _(
        "No mail can reach an address at %(domain)s. Please enter an address that you read."
    ),
    AddressReason.MISSPELT: _("Did you mean @%(meant)s? You typed @%(domain)s."),
    AddressReason.DOMAIN: _("The part after the @ is not a valid name. Please check the spelling."),
}


class AddressRefused(ValueError):
    """Why no mail can go to an address; `str()` gives the bare reason, for logs."""

    def __init__(self, reason: AddressReason, **details: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self._details = details

    @property
    def sentence(self) -> str:
        """For the signer, in the language that is active when it is read."""
        return str(_SENTENCES[self.reason]) % self._details


# Slips of the finger that are no top-level domain. Those that are one (.co, .cm, .ne) are not here.
_ENDINGS_MEANT = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cim", "copm"), "com"),
    **dict.fromkeys(("cpm", "clm", "comn", "coml", "ckm", "c0m"), "com"),
    **dict.fromkeys(("ogr", "rog", "orgg", "prg", "orh", "0rg"), "org"),
    **dict.fromkeys(("nte", "nett", "ent", "ner"), "net"),
}

# Where people mean to have their mailbox, as they mistype it. Nobody is known to read mail there.
_MEANT = {
    **dict.fromkeys(
        (
            *("gmial.com", "gmai.com", "gmal.com", "gmil.com", "gamil.com", "gnail.com"),
            *("gmaill.com", "gmaik.com", "gmali.com", "gmailcom.com", "gemail.com", "gmail.cm"),
        ),
        "gmail.com",
    ),
    **dict.fromkeys(
        (
            *("hotmial.com", "hotmal.com", "hotmai.com", "hotmil.com", "hotmali.com"),
            *("hotamil.com", "homtail.com", "hotmaill.com", "hotnail.com"),
        ),
        "hotmail.com",
    ),
    **dict.fromkeys(("yahooo.com", "yhaoo.com", "yahho.com", "yaoo.com", "yahoo.cm"), "yahoo.com"),
    **dict.fromkeys(("outlok.com", "outloook.com", "outllok.com", "oulook.com"), "outlook.com"),
    **dict.fromkeys(("iclould.com", "icoud.com", "iclud.com", "icloud.cm"), "icloud.com"),
}
_OLD_PHONES = ("docomo.ne.jp", "ezweb.ne.jp")

# RFC 2606, 6761, 6762 and 7686: nobody's, or reached by other ways than mail.
_RESERVED = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost|local|onion|arpa)$"
)
# Marks of direction and width zero: right-to-left text leaves them at both ends.
_AT_THE_EDGE = (
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
# What Japanese and Chinese input methods write for ASCII.
_FULL_WIDTH = re.compile("[\uff01-\uff5e]")


def clean_address(raw: str, *, allow_reserved: bool = False) -> str:
    """The address to store and write to, with its domain in lower case and ASCII.

    Looks nothing up. The domain is ASCII (`xn--…`) because Django would encode others by the
    older IDNA, under which faß.de is another domain than the one that was typed; `shown_address`
    turns it back. `allow_reserved` lets through the names that demo and tests use (`.example`,
    `example.org`, `.test`). Cleaning again changes nothing. Raises only AddressRefused.
    """
    address = _bare(raw)
    if len(address) > ADDRESS_LIMIT:
        raise AddressRefused(AddressReason.TOO_LONG)
    address = _FULL_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), address)
    reason = _misshapen(address)
    if reason:
        raise AddressRefused(reason)
    local, _at, domain = address.partition("@")
    try:
        found = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            allow_empty_local=False,
            check_deliverability=False,
            globally_deliverable=True,
            test_environment=allow_reserved,
        )
    except EmailNotValidError:
        raise _refused_by_validator(local, domain) from None
    ascii_domain = found.ascii_domain.lower()
    if _RESERVED.search(ascii_domain) and not allow_reserved:
        raise AddressRefused(AddressReason.RESERVED, domain=ascii_domain)
    if ascii_domain in _MEANT:
        meant = _MEANT[ascii_domain]
        raise AddressRefused(AddressReason.MISSPELT, domain=ascii_domain, meant=meant)
    ending = ascii_domain.rpartition(".")[2]
    if ending in _ENDINGS_MEANT:
        meant = _ENDINGS_MEANT[ending]
        raise AddressRefused(AddressReason.ENDING, ending=ending, meant=meant)
    return f"{found.local_part}@{ascii_domain}"


def _bare(raw: str) -> str:
    """Without what comes along when an address is copied, and with a plain apostrophe."""
    address = raw
    while (rest := _strip_once(address)) != address:
        address = rest
    local, at, domain = address.partition("@")
    for quote in "\u2018\u2019\u02bc":
        local = local.replace(quote, "'")
    return f"{local}{at}{domain}"


def _strip_once(address: str) -> str:
    address = address.strip().strip(_AT_THE_EDGE).rstrip(",;")
    return address[7:] if address[:7].casefold() == "mailto:" else address


def shown_address(address: str) -> str:
    """A clean address as its owner writes it: the domain in its own script."""
    local, _at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{local}@{idna.decode(domain)}"
    except UnicodeError:
        return address


def canonical_address(address: str) -> str:
    """One spelling for all spellings that reach the same mailbox, as far as its provider says so.

    Only for telling whether two addresses are one: mail goes to the address as it was given. By
    the standard the part before the @ is the provider's business; that case makes no difference
    there is true wherever people get mailboxes today. Takes a clean address, raises nothing.
    """
    local, _at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    local, domain = local.casefold(), domain.lower()
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = idna.encode(domain, uts46=True).decode()
    provider = _PROVIDERS.get(domain)
    user, _dot, above = domain.partition(".")
    if provider is None and above in _WITH_USERS_AS_SUBDOMAINS:
        # What stands before the @ is the signatory's own label.
        local, domain, provider = user, above, _PROVIDERS[above]
    if provider is None:
        return f"{local}@{domain}"
    mailbox = local.partition(provider.tag)[0]
    for char in provider.ignores:
        mailbox = mailbox.replace(char, provider.instead)
    return f"{mailbox or local}@{provider.domain or domain}"


@dataclass(frozen=True, kw_only=True)
class _Provider:
    """How a mail provider reads the part before the @, by its own help pages."""

    domains: str
    # What comes from here on is the signatory's own label.
    tag: str = "+"
    ignores: str = ""
    instead: str = ""
    # Under which name all its domains share one set of mailboxes; empty if they do not.
    domain: str = ""


# Any other provider may give jo+e and joe, or jo.e and joe, to two people: there all is kept.
_PROVIDERS = {
    domain: provider
    for provider in (
        _Provider(domains="gmail.com googlemail.com", ignores=".", domain="gmail.com"),
        _Provider(
            domains="proton.me protonmail.com protonmail.ch pm.me",
            ignores="._-",
            domain="proton.me",
        ),
        _Provider(domains="icloud.com me.com mac.com", domain="icloud.com"),
        _Provider(
            domains="yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.com.tr "
            "yandex.com.ge yandex.com.am yandex.az yandex.uz yandex.tj yandex.tm yandex.md "
            "yandex.lt yandex.lv yandex.ee yandex.fr yandex.co.il narod.ru ya.ru",
            ignores=".",
            instead="-",
            domain="yandex.ru",
        ),
        _Provider(
            domains=(
                "outlook.com outlook.at outlook.be outlook.cl outlook.co.id outlook.com.ar "
                "outlook.com.au outlook.com.br outlook.com.tr outlook.com.vn outlook.cz outlook.de "
                "outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it "
                "outlook.jp outlook.kr outlook.pt outlook.sa outlook.sk outlook.co.th "
                "hotmail.com hotmail.be hotmail.ca hotmail.ch hotmail.cl hotmail.co.jp "
                "hotmail.co.th hotmail.co.uk hotmail.com.ar hotmail.com.au hotmail.com.br "
                "hotmail.com.tr hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr "
                "hotmail.hu hotmail.it hotmail.nl hotmail.no hotmail.se hotmail.co.nz "
                "hotmail.co.za hotmail.co.kr hotmail.co.id hotmail.co.in hotmail.co.il "
                "hotmail.com.mx hotmail.com.hk hotmail.com.tw hotmail.com.sg hotmail.com.my "
                "hotmail.com.ph hotmail.com.vn hotmail.at hotmail.cz hotmail.ie hotmail.lt "
                "hotmail.lv hotmail.my hotmail.ph hotmail.pt hotmail.ro hotmail.rs "
                "hotmail.sg hotmail.sk "
                "live.com live.at live.be live.ca live.cl live.cn live.co.uk live.com.ar "
                "live.com.au live.com.mx live.com.pt live.de live.dk live.fi live.fr live.ie "
                "live.in live.it live.jp live.nl live.no live.se msn.com"
            )
        ),
        # No name there has a hyphen: what follows one is a throwaway label. Not so in Japan.
        _Provider(
            domains=(
                "yahoo.com yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.nz yahoo.co.uk yahoo.co.za "
                "yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx yahoo.com.ph "
                "yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk yahoo.es "
                "yahoo.fi yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no "
                "yahoo.pl yahoo.ro yahoo.se ymail.com rocketmail.com aol.com aol.co.uk aol.de "
                "aol.fr aim.com"
            ),
            tag="-",
        ),
        _Provider(
            domains=(
                "fastmail.com fastmail.fm fastmail.net fastmail.org fastmail.cn fastmail.de "
                "hey.com mailbox.org posteo.de posteo.net runbox.com zoho.com zohomail.com "
                "riseup.net startmail.com disroot.org mailfence.com migadu.com tutanota.com "
                "hushmail.com kolabnow.com soverin.net infomaniak.ch ik.me cock.li"
            )
        ),
        # Each user has a name below these, and every address there is an alias of theirs.
        _Provider(domains="anonaddy.com anonaddy.me 33mail.com"),
    )
    for domain in provider.domains.split()
}


# Where `label@jo.fastmail.com` reaches jo.
_WITH_USERS_AS_SUBDOMAINS = frozenset(
    (
        *("fastmail.com", "fastmail.fm", "fastmail.net", "fastmail.org", "fastmail.cn"),
        *("fastmail.de", "anonaddy.com", "anonaddy.me", "33mail.com"),
    )
)


def _misshapen(address: str) -> AddressReason | None:
    """What is wrong with it at a glance, the likeliest cause first."""
    if not address:
        return AddressReason.EMPTY
    if any(unicodedata.category(char)[0] == "C" and not char.isspace() for char in address):
        return AddressReason.INVISIBLE
    if "<" in address or ">" in address:
        return AddressReason.DISPLAY_NAME
    if address.count("@") > 1 or ";" in address:
        return AddressReason.SEVERAL
    if "," in address:
        return AddressReason.COMMA
    if any(char.isspace() for char in address):
        return AddressReason.SPACES
    if '"' in address:
        return AddressReason.QUOTED
    local, at, domain = address.partition("@")
    if not at:
        return AddressReason.NO_AT
    if not local:
        return AddressReason.NO_LOCAL
    if not domain:
        return AddressReason.NO_DOMAIN
    if domain.startswith("["):
        return AddressReason.LITERAL
    if len(local) > LOCAL_LIMIT:
        return AddressReason.TOO_LONG
    if not local.isascii():
        return AddressReason.NOT_ASCII
    if any(not label for part in (local, domain) for label in part.split(".")):
        is_old_phone = domain.casefold() in _OLD_PHONES
        return AddressReason.OLD_PHONE if is_old_phone else AddressReason.DOTS
    return None


def _refused_by_validator(local: str, domain: str) -> AddressRefused:
    if not _ATOM.fullmatch(local):
        return AddressRefused(AddressReason.LOCAL)
    if _RESERVED.search(domain.lower()):
        return AddressRefused(AddressReason.RESERVED, domain=domain)
    if domain.isascii() and "." not in domain:
        return AddressRefused(AddressReason.NO_ENDING)
    return AddressRefused(AddressReason.DOMAIN)


def email_key(email: str) -> bytes:
    """32 bytes that are the same for the same mailbox, and tell nothing without the key: what makes
    an address unique on a letter."""
    return keyed_hash(Purpose.ADDRESS, canonical_address(email).encode(errors="replace"))

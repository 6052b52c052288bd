"""Accounts on the small internet of the tests: handle, server, and what stands in the profile."""

import json
from dataclasses import dataclass, field
from typing import Any

from signatures.verification.mastodon.handles import Handle
from signatures.verification.mastodon.identity import finger_path
from signatures.verification.mastodon.profile import api_path
from tests.signatures.verification.fake_internet import LocalWorld, Site

HOST = "social.example"
JRD = "application/jrd+json; charset=utf-8"
ACTIVITY = "application/activity+json; charset=utf-8"


@dataclass
class Account:
    """One that is as it should be, unless a test says otherwise."""

    name: str = "noor"
    host: str = HOST
    server: str = HOST
    summary: Any = "<p>Poet.</p>"
    fields: list[Any] = field(default_factory=list)
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/users/{self.name}"

    @property
    def address(self) -> str:
        return f"https://{self.server}{self.path}"

    @property
    def page(self) -> str:
        return f"https://{self.server}/@{self.name}"

    def fingered(self) -> dict[str, Any]:
        """What WebFinger says of it."""
        return {
            "subject": f"acct:{self.name}@{self.host}",
            "aliases": [self.page, self.address],
            "links": [
                {"rel": "http://webfinger.net/rel/profile-page", "href": self.page},
                {"rel": "self", "type": "application/activity+json", "href": self.address},
            ],
        }

    def actor(self) -> dict[str, Any]:
        return {
            "@context": ["https://www.w3.org/ns/activitystreams"],
            "id": self.address,
            "type": "Person",
            "preferredUsername": self.name,
            "url": self.page,
            "summary": self.summary,
            "attachment": [
                {"type": "PropertyValue", "name": "Site", "value": each} for each in self.fields
            ],
            **self.others,
        }

    def told_to_apps(self) -> dict[str, Any]:
        return {
            "id": "7",
            "username": self.name,
            "acct": self.name,
            "uri": self.address,
            "url": self.page,
            "note": self.summary,
            "fields": [
                {"name": "Site", "value": each, "verified_at": None} for each in self.fields
            ],
        }

    def stands_in(self, world: LocalWorld) -> None:
        """Also with a host of its own for its handle, which says all by itself."""
        for host in {self.host, self.server}:
            self.is_found_at(world, host, self.fingered())
        self.is_described_in(world, self.actor())

    def is_found_at(self, world: LocalWorld, host: str, answer: Any) -> None:
        resource = Handle(self.name, host).resource
        self.site(world, host).pages[finger_path(resource)] = (JRD, json.dumps(answer))

    def is_described_in(self, world: LocalWorld, actor: Any) -> None:
        self.site(world, self.server).pages[self.path] = (ACTIVITY, json.dumps(actor))

    def is_for_servers_only(self, world: LocalWorld, told: Any) -> None:
        """The server shows it to servers that sign, and to apps as this."""
        pages = self.site(world, self.server).pages
        pages[self.path] = 401
        pages[api_path(self.name)] = (
            told if isinstance(told, int) else ("application/json", json.dumps(told))
        )

    def site(self, world: LocalWorld, host: str) -> Site:
        return world.sites.get(host) or world.site(host)

"""Accounts on the small internet of the tests: handle, identifier, server and profile."""

import json
from dataclasses import dataclass
from typing import Any

from signatures.verification.bluesky.identity import (
    DID_ON_SITE,
    DOCUMENT_ON_SITE,
    PLC_DIRECTORY,
)
from signatures.verification.bluesky.profile import path_for
from tests.signatures.verification.fake_internet import LocalWorld

DID = "did:plc:" + "nnoor234" * 3
OTHER_DID = "did:plc:" + "somebody" * 3
HANDLE = "noor.example"
SERVER = "accounts.example"


@dataclass
class Account:
    """One that is as it should be, unless a test says otherwise."""

    did: str = DID
    handle: str = HANDLE
    server: str = SERVER
    description: Any = "Poet."
    endpoint: str = ""

    def document(self) -> dict[str, Any]:
        return {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": self.did,
            "alsoKnownAs": ["https://noor.example/", f"at://{self.handle}"],
            "service": [
                {"id": "#other", "type": "Other", "serviceEndpoint": "https://other.example"},
                {
                    "id": "#atproto_pds",
                    "type": "AtprotoPersonalDataServer",
                    "serviceEndpoint": self.endpoint or f"https://{self.server}",
                },
            ],
        }

    def record(self) -> dict[str, Any]:
        return {
            "uri": f"at://{self.did}/app.bsky.actor.profile/self",
            "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae",
            "value": {"$type": "app.bsky.actor.profile", "description": self.description},
        }

    def stands_in(self, world: LocalWorld) -> None:
        """With its handle in the DNS."""
        world.says(f"_atproto.{self.handle}", "TXT", "v=spf1 -all", f"did={self.did}")
        self.is_described_in(world, self.document())
        self.has_profile_in(world, self.record())

    def has_handle_on_site(self, world: LocalWorld, text: str = "") -> None:
        world.records.pop((f"_atproto.{self.handle}", "TXT"), None)
        site = world.sites.get(self.handle) or world.site(self.handle)
        site.pages[DID_ON_SITE] = ("text/plain; charset=utf-8", text or f" {self.did}\n")

    def is_described_in(self, world: LocalWorld, document: Any) -> None:
        if self.did.startswith("did:web:"):
            host, path = self.did.removeprefix("did:web:"), DOCUMENT_ON_SITE
        else:
            host, path = PLC_DIRECTORY, f"/{self.did}"
        site = world.sites.get(host) or world.site(host)
        site.pages[path] = ("application/did+ld+json; charset=utf-8", json.dumps(document))

    def has_profile_in(self, world: LocalWorld, record: Any) -> None:
        site = world.sites.get(self.server) or world.site(self.server)
        site.pages[path_for(self.did)] = ("application/json", json.dumps(record))

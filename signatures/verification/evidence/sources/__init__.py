"""The records that answer programs: where each is asked, and what is read from its answer."""

from signatures.models import Source
from signatures.verification.evidence.sources import (
    musicbrainz,
    open_library,
    orcid,
    wikidata,
)
from signatures.verification.evidence.sources.answers import Found, Record

RECORDS: dict[Source, Record] = {
    Source.MUSICBRAINZ: Record("musicbrainz.org", musicbrainz.path, musicbrainz.read),
    Source.WIKIDATA: Record("www.wikidata.org", wikidata.path, wikidata.read),
    Source.OPEN_LIBRARY: Record("openlibrary.org", open_library.path, open_library.read),
    Source.ORCID: Record("pub.orcid.org", orcid.path, orcid.read),
}

__all__ = ["RECORDS", "Found", "Record"]

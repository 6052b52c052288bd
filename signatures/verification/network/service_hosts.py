"""Hosts whose front page belongs to a service, and to nobody who has an account or a page there.

Whoever types one as their website means their account. Only hosts on which people do not get a
name of their own stand here; at `noor.someservice.example` Noor may well change the front page.
"""

SERVICES = frozenset(
    {
        *("facebook.com", "fb.com", "fb.me", "instagram.com", "instagr.am", "threads.net"),
        *("threads.com", "x.com", "twitter.com", "t.co", "bsky.app", "mastodon.social"),
        *("mastodon.online", "mstdn.social", "youtube.com", "youtu.be", "tiktok.com", "vk.com"),
        *("ok.ru", "weibo.com", "weibo.cn", "snapchat.com", "pinterest.com", "reddit.com"),
        *("linkedin.com", "lnkd.in", "xing.com", "github.com", "gitlab.com", "codeberg.org"),
        *("orcid.org", "wikipedia.org", "wikidata.org", "imdb.com", "discogs.com"),
        *("musicbrainz.org", "goodreads.com", "academia.edu", "researchgate.net"),
        *("spotify.com", "soundcloud.com", "deezer.com", "tidal.com", "mixcloud.com"),
        *("anghami.com", "bandcamp.com", "vimeo.com", "twitch.tv", "behance.net", "dribbble.com"),
        *("deviantart.com", "artstation.com", "flickr.com", "500px.com", "saatchiart.com"),
        *("medium.com", "substack.com", "patreon.com", "ko-fi.com", "linktr.ee", "bio.link"),
        *("beacons.ai", "about.me", "carrd.co", "telegram.org", "t.me", "whatsapp.com", "wa.me"),
        *("discord.com", "discord.gg", "amazon.com", "etsy.com", "google.com", "apple.com"),
    }
)
# Names in front of a service's own that are the service still: m.facebook.com, ar-ar.facebook.com.
_IN_FRONT = frozenset(
    {
        *("www", "m", "mobile", "touch", "web", "l", "music", "open", "play", "old", "new"),
        *("en", "ar", "de", "fr", "es", "it", "pt", "fa", "he", "ru", "ja", "zh", "uk"),
        *("sites", "docs", "drive", "plus", "profile", "itunes", "podcasts", "business"),
    }
)


def is_of_service(host: str) -> bool:
    """`host` is in ASCII and lower case."""
    if host in SERVICES:
        return True
    front, _, rest = host.partition(".")
    # A language with its country, as ar-ar.
    return (front in _IN_FRONT or front.partition("-")[0] in _IN_FRONT) and is_of_service(rest)

"""The methods of proof, in the order in which pages tell them: a line for each."""

from signatures.verification import (
    accounts,
    bluesky,
    call_back,
    domain,
    linkedin,
    mastodon,
    rosters,
    vetting,
    vouching,
    website,
    work_email,
)

METHODS = (
    website.METHOD,
    domain.METHOD,
    work_email.METHOD,
    accounts.METHOD,
    bluesky.METHOD,
    mastodon.METHOD,
    linkedin.METHOD,
    vouching.METHOD,
    rosters.METHOD,
    vetting.METHOD,
    call_back.METHOD,
)

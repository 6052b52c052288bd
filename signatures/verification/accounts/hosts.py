"""Hosts that somebody's account names, of which nobody knows more than that."""

from campaign import domains, limits
from signatures.verification.network.hosts import check_is_elsewhere
from signatures.verification.network.https import Site, approach
from signatures.verification.problems import AnyProblem, NotShown, Problem, ProofRefused


def approach_named(host: str, *, refused: AnyProblem, unlimited: str = "") -> Site:
    """A host that a stranger chose, so it is asked no more often than it can well bear, whoever's
    accounts lead there and however many names are below it.

    `refused` is told for what is no name on the public internet; `unlimited` is the one owner whose
    hosts may be asked for everybody. Raises NotShown.
    """
    try:
        check_is_elsewhere(host)
    except ProofRefused as error:
        raise NotShown(refused) from error
    owner = domains.owned(host)
    limit = limits.Limit.CHECKS_OF_ACCOUNT_HOSTS
    if owner != unlimited and not limits.hit(limit, owner.encode()):
        raise NotShown(Problem.TOO_OFTEN)
    return approach(host)

"""What other programs tell us: a secret of theirs in each request, no cookie, no page."""

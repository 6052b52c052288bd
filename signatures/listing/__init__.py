"""Who may be seen: the list's query, its search, pages and facets, and words for proofs."""

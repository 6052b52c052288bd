"""Everything that a signer causes: signing, confirming, the list, the record."""

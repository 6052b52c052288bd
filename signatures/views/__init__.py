"""The public pages: the letter, signing, the signer's own page, the list, the record."""

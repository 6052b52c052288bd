"""Whether mail of the site will be believed: what is set, published in the DNS and offered by the
mail server, in words of what to set. docs/mail.md names the source of each check."""

"""E-mails: what is owed, and what it says."""

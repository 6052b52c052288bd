"""The demo: a letter, its invented signatories, and a mailbox to read in the browser."""

"""Copies of the whole site that are sealed, checked, and restored without going back in time.

A backup is a folder:

    database.pgdump.age    what pg_dump wrote; or database.sqlite3.age
    manifest.json.age      what the copy is of, which keys it needs, the hash of what is sealed
    key.age                where a passphrase seals it: the key of the two above
    SHA256SUMS             for `sha256sum --check`
    README.txt             how to open it without this software

Everything of the site is in the database, but the checkpoints that are kept outside it; these are
in the manifest.
"""

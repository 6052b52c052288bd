"""The record's bytes: neither Django nor the database is known here."""

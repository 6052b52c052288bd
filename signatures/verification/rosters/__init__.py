"""Proof by the list of an organisation's members."""

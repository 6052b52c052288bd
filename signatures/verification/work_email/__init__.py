"""Proof by a code sent to an address at an organisation."""

"""Proof by what stands in the DNS of a domain."""

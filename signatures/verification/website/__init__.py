"""Proof by what stands on a site."""

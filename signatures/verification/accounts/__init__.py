"""Proof by an account at another service."""

"""Proof by the word of somebody who is vetted."""

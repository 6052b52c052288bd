"""`make kit`: what is in deploy/, on a plain Debian that is made for it and thrown away."""

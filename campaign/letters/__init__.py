"""Letters and their texts: drafting, publishing, closing."""

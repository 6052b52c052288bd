"""What anyone may see: the same for all, without a cookie, kept by caches."""

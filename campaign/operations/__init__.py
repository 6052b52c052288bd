"""What site operators set while the site runs."""

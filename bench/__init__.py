"""Speed and size, measured against yardsticks in the same run: `make bench`, docs/speed.md."""

"""The desk: where organizers write, publish and close letters."""

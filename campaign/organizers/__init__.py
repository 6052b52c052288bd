"""People who run letters: organizers, their teams and roles."""

"""What is checked of a name before anybody decides: watch list, holds, who was turned away."""

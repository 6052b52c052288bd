"""What organizers are told by e-mail: figures and links, never a name of who signed."""

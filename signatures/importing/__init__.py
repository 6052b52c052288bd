"""People who signed on paper or at an event: read from a file, and asked to confirm it, each once.

Nothing here signs for anybody. What a file says of people is a claim of the organizers, who have to
say where it comes from; each of them answers it by an invitation, or it is forgotten.
"""

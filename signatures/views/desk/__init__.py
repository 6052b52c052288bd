"""What organizers see and decide about signatures: logged in, by role, kept nowhere."""

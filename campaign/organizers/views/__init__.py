"""The desk's pages about people: teams, invitations, the audit trail."""

"""Several organizers write one text: drafts, comments, approvals, what a translation follows."""

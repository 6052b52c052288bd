class BackupFailed(Exception):
    """Nothing is left of it. One sentence for the operator."""


class BackupUnusable(Exception):
    """Damaged, sealed for others, or of another software. One sentence for the operator."""


class CannotRestore(Exception):
    """It is a good backup, but not for this place. Nothing was touched; what to do is said."""

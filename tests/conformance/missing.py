"""What is not there."""


class Missing(Exception):
    """An engine that is not installed here."""

"""The one error of the set-up."""


class SetupError(Exception):
    """Something that the person can mend; the message is one sentence that says how."""

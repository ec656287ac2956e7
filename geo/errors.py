"""Root of the project's errors, and those of geography."""


class AnToanError(Exception):
    """Anything that we can explain to the person who caused it.

    The message is one readable sentence in English that names what was wrong
    and, where there is one, the remedy. `str(error)` may be shown to people;
    it never carries personal data, SQL or a path that the caller did not give.
    """

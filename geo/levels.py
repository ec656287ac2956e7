"""Administrative levels of an area, from the whole country's parts down."""

from enum import IntEnum


class AdminLevel(IntEnum):
    """Level of an area; the number orders them, and an edition may skip one.

    The edition of July 2025 has provinces and wards but no districts, so the
    parent of a ward is whatever area its edition says, never "a district".
    """

    PROVINCE = 1
    DISTRICT = 2
    WARD = 3

    @property
    def word(self) -> str:
        """The word that stands in addresses and JSON: `province`, `district`, `ward`."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "AdminLevel":
        """Read `province`, `district` or `ward`.

        Raises:
            ValueError: The word is none of the three.
        """
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"level must be province, district or ward, not {word!r}") from None

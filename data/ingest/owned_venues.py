"""Rows of a venue file that name venues with an owner: the list no longer decides on those."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Text, any_, exists, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from data.ingest.rejected import RejectedRows
from data.ingest.text_cells import Row
from data.models import Venue, VenueStaff

REASON: Final = (
    "names a venue that has an owner, who changes it on the site;"
    " leave the row out, or ask the owner to change the venue"
)


class OwnedRows:
    """Rows of venues that somebody owns, kept until it is known whether they change anything.

    A list without such a venue costs one question; others one for each chunk of the file.
    """

    def __init__(self, session: Session, source: str) -> None:
        self._session = session
        self._rows: dict[int, Row] = {}
        self._of_source = select(Venue.external_id).where(
            Venue.source == source, exists().where(VenueStaff.venue_pk == Venue.venue_pk)
        )
        self._is_any = session.scalar(self._of_source.limit(1)) is not None

    def keep(self, rows: Iterable[tuple[int, str, Row]]) -> None:
        """Keep those rows of a chunk that name an owned venue.

        Args:
            rows: Line in the file, the source's own key, and the cells as they came.
        """
        if not self._is_any:
            return
        rows = list(rows)
        keys = literal([key for _, key, _ in rows], ARRAY(Text))
        owned = set(self._session.scalars(self._of_source.where(Venue.external_id == any_(keys))))
        self._rows.update((line, row) for line, key, row in rows if key in owned)

    def reject_changes(self, rejected: RejectedRows) -> int:
        """Take the changes of owned venues out of `venue_change`, each into the rejected rows.

        Returns:
            How many there were.
        """
        lines = self._session.scalars(
            text("SELECT line_number FROM venue_change WHERE has_owner ORDER BY line_number")
        ).all()
        for line in lines:
            rejected.add(line, REASON, self._rows.get(line, {}))
        if lines:
            self._session.execute(text("DELETE FROM venue_change WHERE has_owner"))
        return len(lines)

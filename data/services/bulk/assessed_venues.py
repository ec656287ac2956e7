"""The venues that the rows of an assessment file name: which are the uploader's to assess."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, any_, case, exists, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer

from data.ingest.assessment_rows import KnownVenue
from data.ingest.uploaded_tables import UploadedTable
from data.models import Area, Venue, VenueArea, VenueStaff
from data.queries.closures import past_closures_column, read_closures
from data.queries.provinces import province_code_column
from data.scope import Actor
from data.services.bulk.tables import EXTERNAL_ID, VENUE_ID, ColumnPlan, cell
from data.services.bulk.uploader import source_of
from data.sql_files import read_sql


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedVenue:
    """A venue that a row names, and whether the person may assess it by a file."""

    venue: KnownVenue
    problem: str | None


def find_named_venues(
    session: Session, actor: Actor, table: UploadedTable, plan: ColumnPlan
) -> dict[tuple[str, str], NamedVenue]:
    """Their venues by key (`venue_id` or `external_id`) and the word under it.

    Looked up key by key, in two steps: a chain uploads its assessments right after its
    venues, of which the planner's statistics know nothing yet.
    """
    named = session.execute(
        read_sql("bulk_named_venues"),
        {
            "source": source_of(actor),
            "venue_ids": sorted({cell(row.cells, plan, VENUE_ID) for row in table.rows}),
            "external_ids": sorted({cell(row.cells, plan, EXTERNAL_ID) for row in table.rows}),
        },
    ).all()
    venues = _read_venues(session, actor, sorted({row.venue_pk for row in named}))
    return {(row.key, row.word): venues[row.venue_pk] for row in named if row.venue_pk in venues}


def _read_venues(session: Session, actor: Actor, venue_pks: list[int]) -> dict[int, NamedVenue]:
    is_held = exists().where(VenueStaff.venue_pk == Venue.venue_pk)
    rows = session.execute(
        select(
            Venue.venue_pk,
            Venue.venue_id,
            Venue.venue_type,
            Venue.closed_on,
            past_closures_column().label("past_closures"),
            province_code_column().label("province_code"),
            is_held.label("is_held"),
        )
        # Within CASE the question stays one of each venue, never a join over all that there are.
        .where(
            Venue.venue_pk == any_(literal(venue_pks, ARRAY(BigInteger))),
            case((_is_mine(actor), true()), else_=False),
        )
        .order_by(Venue.venue_pk)
    )
    return {
        row.venue_pk: NamedVenue(
            venue=KnownVenue(
                venue_pk=row.venue_pk,
                venue_id=row.venue_id,
                venue_type=row.venue_type,
                closures=read_closures(row.closed_on, row.past_closures),
                province_code=row.province_code,
            ),
            problem="has_owner" if actor.role != "owner" and row.is_held else None,
        )
        for row in rows
    }


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    if actor.role == "owner":
        return exists().where(
            VenueStaff.venue_pk == Venue.venue_pk, VenueStaff.account_pk == actor.account_pk
        )
    if actor.role == "ministry":
        return true()
    areas = literal(list(actor.area_ids), ARRAY(Integer))
    return exists().where(
        VenueArea.venue_pk == Venue.venue_pk,
        Area.area_id == VenueArea.area_id,
        Area.path.op("&&")(areas),
    )

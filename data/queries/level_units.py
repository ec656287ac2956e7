"""Which units a map, a list or a table of one level holds.

The units of a level are its own, and every unit of a level above that has no
parts: a district without wards (Hoàng Sa) stands among the wards, so that no
place of the country is missing at any level and none is there twice. Boundary
files (`geo.areas.shown_at`), lists of areas, levels and densities all follow
this rule; `sql/read_levels.sql` and `sql/read_density.sql` say it once more in
SQL, and a test holds the four against each other.
"""

from sqlalchemy import ColumnElement, and_, or_

from data.models import Area
from geo.levels import AdminLevel


def is_unit_of(level: AdminLevel) -> ColumnElement[bool]:
    """Condition on `Area`: it is one of the units of a level.

    The range comes first, because the index on edition and level serves it.
    """
    return and_(Area.admin_level <= int(level), or_(Area.admin_level == int(level), Area.is_leaf))

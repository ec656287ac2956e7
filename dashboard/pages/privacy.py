"""`/privacy`: what is kept of persons, what for and how long, as `docs/personal-data.md` has it.

The periods come from the program itself, so that the page cannot promise another one.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import PUBLIC
from dashboard.pages.context import PageContext
from dashboard.pages.site import site_page
from data.services.accounts.account_retention import UNCONFIRMED_KEPT
from data.services.accounts.one_time_codes import KEPT_AFTER_END as CODE_KEPT
from data.services.accounts.web_sessions import KEPT_AFTER_END as SESSION_KEPT
from data.services.bulk.uploads import KEPT as UPLOAD_KEPT
from data.services.verification.reports import WORDS_KEPT_DAYS
from data.settings import EvidenceSettings, RetentionSettings, read_settings

BACKUP_DAYS: Final = 21
"""What `docs/personal-data.md` asks of whoever keeps backups."""

SECTIONS: Final = (
    ("public", ("map", "cookies", "visits", "reports")),
    ("owner", ("account", "unconfirmed", "codes", "sessions", "messages")),
    ("venue", ("facts", "assessments", "evidence", "uploads", "decisions")),
    ("who", ("owner", "committee", "nobody", "record")),
    ("never", ("address", "secrets", "photos", "logs")),
    ("rights", ("see", "delete", "ask", "backups")),
)
"""What the page says, in its order: texts `privacy.<section>.<part>`."""

Language = Annotated[str | None, Query(alias="lang", max_length=8)]


def build_router(context: PageContext) -> APIRouter:
    """The address `/privacy`."""
    router = APIRouter(include_in_schema=False)
    door = context.door
    periods = {
        "code_hours": int(CODE_KEPT.total_seconds()) // 3600,
        "unconfirmed_days": UNCONFIRMED_KEPT.days,
        "session_days": SESSION_KEPT.days,
        "evidence_days": read_settings(EvidenceSettings).days,
        "visit_days": read_settings(RetentionSettings).visit_days,
        "report_days": WORDS_KEPT_DAYS,
        "upload_days": UPLOAD_KEPT.days,
        "backup_days": BACKUP_DAYS,
    }

    @router.get("/privacy", openapi_extra=PUBLIC)
    def read_page(request: Request, lang: Language = None) -> Response:
        person = door.find_person(request)
        return site_page(
            "privacy.html",
            t=door.text_of(request, person, lang),
            person=person,
            path="/privacy",
            periods=periods,
            sections=SECTIONS,
        )

    return router

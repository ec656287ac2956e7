"""Background jobs: a queue in the same database, and what runs every night."""

import logging
from datetime import timedelta
from typing import Final

import procrastinate
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now, today
from data.queries.editions import list_editions
from data.queries.levels import read_last_counted_day
from data.services.accounts.account_retention import forget_account_leavings
from data.services.accounts.messages import make_messenger
from data.services.accounts.owner_notices import send_due_notices
from data.services.assessing.evidence import make_store
from data.services.assessing.evidence_retention import delete_due_evidence
from data.services.assessing.reminders import send_reminders
from data.services.bulk.uploads import forget_uploads
from data.services.counting.aggregation import aggregate
from data.services.verification.reports import forget_report_words
from data.services.visits.density import release_due
from data.services.visits.retention import apply_retention
from data.settings import (
    DensitySettings,
    EvidenceSettings,
    RetentionSettings,
    read_link_settings,
    read_settings,
)

logger = logging.getLogger(__name__)

# Cron in UTC, its sixth place being seconds: 00:00:30 and 02:10 in Việt Nam.
NEW_DAY_CRON: Final = "0 17 * * * 30"
RETENTION_CRON: Final = "10 19 * * *"
EVIDENCE_CRON: Final = "40 19 * * *"
UPLOADS_CRON: Final = "20 * * * *"  # hourly: seven days are meant to the hour
# Every hour from 8:00 to 20:00 in Việt Nam, since each is sent once: nobody is woken, and a
# worker that was off in the morning still sends them.
REMINDERS_CRON: Final = "0 1-13 * * *"
# Pages send them at once; this sends what could not be sent then.
NOTICES_CRON: Final = "* * * * *"
ACCOUNTS_CRON: Final = "25 * * * *"
MOST_MISSED_DAYS: Final = 60


def count_missing_days(sessions: sessionmaker[Session]) -> int:
    """Count the days since the last one counted in every edition, up to tomorrow.

    Readers count a missing day themselves; counting tomorrow here spares the first of them
    after midnight. What changes until then changes tomorrow's counts too.

    Returns:
        Days counted, summed over editions.
    """
    last_day = today() + timedelta(days=1)
    days = 0
    with sessions() as session:
        last_counted = {
            edition.code: read_last_counted_day(session, edition.code, up_to=last_day)
            for edition in list_editions(session)
        }
    for code, counted in last_counted.items():
        earliest = last_day - timedelta(days=MOST_MISSED_DAYS)
        first_day = today() if counted is None else max(counted + timedelta(days=1), earliest)
        if first_day <= last_day:
            days += aggregate(sessions, edition_code=code, first_day=first_day, last_day=last_day)
    return days


def build_app(sessions: sessionmaker[Session]) -> procrastinate.App:
    """The queue with its tasks, on the database of the sessions."""
    with sessions() as session:
        url = session.get_bind().engine.url.set(drivername="postgresql")
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=url.render_as_string(hide_password=False))
    )

    @app.periodic(cron=NEW_DAY_CRON)
    @app.task(name="count_new_day", queueing_lock="count_new_day", pass_context=False)
    def count_new_day(timestamp: int) -> None:
        begin_day(sessions)

    @app.periodic(cron=RETENTION_CRON)
    @app.task(name="apply_retention", queueing_lock="apply_retention", pass_context=False)
    def drop_old_visits(timestamp: int) -> None:
        forget_visits(sessions)

    @app.periodic(cron=EVIDENCE_CRON)
    @app.task(name="delete_evidence", queueing_lock="delete_evidence", pass_context=False)
    def drop_old_evidence(timestamp: int) -> None:
        forget_evidence(sessions)

    @app.periodic(cron=UPLOADS_CRON)
    @app.task(name="forget_uploads", queueing_lock="forget_uploads", pass_context=False)
    def drop_old_uploads(timestamp: int) -> None:
        forget_tables(sessions)

    @app.periodic(cron=REMINDERS_CRON)
    @app.task(name="send_reminders", queueing_lock="send_reminders", pass_context=False)
    def remind_owners(timestamp: int) -> None:
        remind(sessions)

    @app.periodic(cron=NOTICES_CRON)
    @app.task(name="send_notices", queueing_lock="send_notices", pass_context=False)
    def tell_owners(timestamp: int) -> None:
        send_notices(sessions)

    @app.periodic(cron=ACCOUNTS_CRON)
    @app.task(name="forget_account_leavings", queueing_lock="accounts", pass_context=False)
    def drop_account_leavings(timestamp: int) -> None:
        forget_accounts(sessions)

    return app


def begin_day(sessions: sessionmaker[Session]) -> None:
    """Count the levels of the new day and release the densities that are due."""
    days = count_missing_days(sessions)
    released = release_due(sessions, threshold=DensitySettings().suppress_below, today=today())
    logger.info("new day counted", extra={"days": days, "released": released})


def forget_visits(sessions: sessionmaker[Session]) -> None:
    """Delete the visits, and the words of reports, that may not be kept longer."""
    with sessions.begin() as session:
        dropped = apply_retention(session, today(), visit_days=RetentionSettings().visit_days)
        reports = forget_report_words(session, today())
    logger.info("retention applied", extra={"days": len(dropped), "reports": reports})


def forget_evidence(sessions: sessionmaker[Session]) -> None:
    """Delete the evidence that may not be kept longer."""
    days = read_settings(EvidenceSettings).days
    delete_due_evidence(sessions, make_store(), today(), days=days)


def forget_tables(sessions: sessionmaker[Session]) -> None:
    """Delete uploaded tables that may not be kept longer."""
    with sessions.begin() as session:
        forgotten = forget_uploads(session, now())
    logger.info("uploaded tables deleted", extra={"uploads": forgotten})


def forget_accounts(sessions: sessionmaker[Session]) -> None:
    """Delete codes, sessions, counters and accounts never confirmed that are due."""
    with sessions.begin() as session:
        forgotten = forget_account_leavings(session, now())
    logger.info("leavings of accounts deleted", extra=vars(forgotten))


def remind(sessions: sessionmaker[Session]) -> None:
    """Tell owners what ends soon."""
    links = read_link_settings()
    messenger = make_messenger(sessions, links)
    send_reminders(sessions, messenger, today(), public_url=links.public_url)


def send_notices(sessions: sessionmaker[Session]) -> None:
    """Tell owners what committees decided, where that could not be done at once."""
    links = read_link_settings()
    messenger = make_messenger(sessions, links)
    send_due_notices(sessions, messenger, now(), public_url=links.public_url)


def run_worker(sessions: sessionmaker[Session]) -> None:
    """Do what the nights without a worker left undone, then work until a signal stops it."""
    begin_day(sessions)
    forget_visits(sessions)
    forget_evidence(sessions)
    forget_tables(sessions)
    build_app(sessions).run_worker(delete_jobs="successful", shutdown_graceful_timeout=60)

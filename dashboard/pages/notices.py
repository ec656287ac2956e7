"""Owners are told of a decision as soon as its page has been answered."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.responses import Response

from dashboard.pages.context import PageContext
from data.services.accounts.owner_notices import send_due_notices

logger = logging.getLogger(__name__)


def then_tell_owners(context: PageContext, response: Response) -> Response:
    """Send what a stored decision has put down for owners, after the answer is out.

    Whoever decided waits for no mail server. What cannot be sent now stays put down, and
    the worker tries again.
    """
    response.background = BackgroundTask(_send, context)
    return response


def _send(context: PageContext) -> None:
    try:
        send_due_notices(
            context.sessions,
            context.messenger,
            context.now(),
            public_url=context.settings.public_url,
        )
    except SQLAlchemyError as error:
        logger.error("notices not sent", extra={"reason": type(error).__name__})

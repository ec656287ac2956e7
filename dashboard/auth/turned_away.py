"""The request gets another page than it asked for."""

from starlette.requests import Request
from starlette.responses import Response


class TurnedAway(Exception):  # noqa: N818  (not a failure: another page is the answer)
    """Raised wherever a page finds that another page is the answer."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


async def answer_turned_away(_request: Request, turned: Exception) -> Response:
    """Exception handler: the page that was meant."""
    if not isinstance(turned, TurnedAway):
        raise turned
    return turned.response

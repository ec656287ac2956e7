"""Pages in the site's common frame: header, language switch, who is signed in."""

from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from dashboard.auth.csrf import csrf_field
from dashboard.auth.person import Person
from dashboard.pages.templates import private_page
from dashboard.texts.catalogue import LANGUAGES, Texts


def site_page(
    template: str,
    *,
    t: Texts,
    person: Person | None,
    path: str,
    query: dict[str, str] | None = None,
    csrf: str = "",
    status_code: int = 200,
    **values: object,
) -> HTMLResponse:
    """A page that extends `site_base.html`; never cached, no inline script or style.

    Args:
        template: File in `dashboard/templates`.
        t: Texts in the page's language.
        person: Who is signed in.
        path: The page's own path, for the language switch.
        query: Its own query, without the language; nothing personal.
        csrf: Form token of a visitor who is not signed in.
        status_code: Of the answer.
        values: What the template shows.
    """
    other = next(language for language in LANGUAGES if language != t.language)
    return private_page(
        template,
        status_code=status_code,
        t=t,
        person=person,
        path=path,
        language_address=f"{path}?{urlencode({**(query or {}), 'lang': other})}",
        csrf=person.csrf if person else csrf,
        csrf_field=lambda: csrf_field(person.csrf if person else csrf),
        **values,
    )

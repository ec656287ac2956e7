"""PDFs made anew: each page is drawn, and the drawings become a PDF. Runs in the worker.

A PDF can hold scripts, files, forms that send themselves and links; a drawing of its
pages holds none of them.
"""

import io
from typing import Final

import pypdfium2
import pypdfium2.raw
from PIL import Image

from data.uploads.clean_file import MOST_PAGES, UploadError
from data.uploads.images import QUALITY

DPI: Final = 150
POINTS_PER_INCH: Final = 72
LONGEST_SIDE: Final = 2000  # pixels: A4 at 150 dpi has 1754
SHORTEST_SIDE: Final = 8


def clean_document(data: bytes) -> tuple[bytes, int]:
    """A PDF of pictures of the pages, and how many there are.

    Raises:
        UploadError: It is broken or locked, or has no page, too many, or one without size.
    """
    try:
        with pypdfium2.PdfDocument(data) as document:
            pages = _draw(document)
    except UploadError:
        raise
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise UploadError("encrypted" if is_locked else "broken") from None
    except MemoryError:
        raise UploadError("too_costly") from None
    except Exception:  # readers of hostile files fail with nearly every kind of error
        raise UploadError("broken") from None
    written = io.BytesIO()
    first, *others = pages
    first.save(written, "PDF", save_all=True, append_images=others, resolution=DPI, quality=QUALITY)
    return written.getvalue(), len(pages)


def _draw(document: pypdfium2.PdfDocument) -> list[Image.Image]:
    if len(document) == 0:
        raise UploadError("no_pages")
    if len(document) > MOST_PAGES:
        raise UploadError("too_many_pages")
    if document.get_formtype() == pypdfium2.raw.FORMTYPE_ACRO_FORM:
        document.init_forms()  # what was filled in is drawn too; nothing of it is run
    drawn = []
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise UploadError("no_pages")
        scale = min(DPI / POINTS_PER_INCH, LONGEST_SIDE / max(width, height))
        if min(width, height) * scale < SHORTEST_SIDE:
            raise UploadError("too_small")
        bitmap = page.render(scale=scale, rev_byteorder=True)
        drawn.append(bitmap.to_pil().convert("RGB"))
        bitmap.close()
        page.close()
    return drawn

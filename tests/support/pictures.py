"""Small pictures and documents, made as cameras and offices make them."""

from io import BytesIO

from PIL import Image

HANOI = (21.0, 2.0, 3.0), (105.0, 51.0, 0.0)


def photo(kind="PNG", size=(12, 8), colour="#88aacc", *, turned=None, place=None, note=None):
    """A picture as a stream; `turned` is its EXIF orientation, `place` a GPS position, `note` a description."""
    picture, exif = Image.new("RGB", size, colour), Image.Exif()
    if turned:
        exif[0x0112] = turned
    if note:
        exif[0x010E] = note
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: place[0], 3: "E", 4: place[1]})
    out = BytesIO()
    picture.save(out, kind, exif=exif)
    out.seek(0)
    return out


def fresh(form):
    """The form with every `(bytes, name)` as a file that has not been read yet."""
    return {field: _file(value) for field, value in form.items()}


def _file(value):
    if isinstance(value, list):
        return [_file(one) for one in value]
    return (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value


def document(extra=b"", end=b"%%EOF\n"):
    """A PDF of nearly nothing, with `extra` in it."""
    return BytesIO(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + extra + b" >>\nendobj\ntrailer << /Root 1 0 R >>\n" + end)

"""What goes wrong in reading, as sentences."""


class ReadError(ValueError):
    """A document cannot be read. The message names the file, the place, what is wrong and what would be right."""


def fault(error: BaseException) -> str:
    """The end of a sentence about an error that nobody foresaw."""
    what = " ".join(str(error).split())[:200]
    return f"this is a fault of extractor, please report it with the text ({type(error).__name__}: {what})"

"""What goes wrong in reading, as sentences."""


class ReadError(ValueError):
    """A document cannot be read. The message names the file, the place, what is wrong and what would be right."""


def fault(error: BaseException) -> str:
    """The end of a sentence about an error that nobody foresaw."""
    what = " ".join(str(error).split())[:200]
    return ("this is a fault of extractor, or of a rule laid over its own; please report it with the text "
            f"({type(error).__name__}: {what})")

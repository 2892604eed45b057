"""Reading: bytes to `Article` - decoding, page furniture, metadata."""

"""Text: the clean view of a document with its map of positions, and its blocks, sentences, clauses and tokens."""

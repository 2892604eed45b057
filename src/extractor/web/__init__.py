"""The server: the review page over a store, and an HTTP API. Needs the extra `web`."""

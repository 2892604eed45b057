"""Prometheus metrics of a server: requests by route, texts by outcome, time, work in hand."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one server, in a registry of its own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, in_hand: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("extractor_http_requests", "Requests by route, method and status.",
                                ["route", "method", "status"], registry=self._registry)
        self.seconds = Histogram("extractor_http_request_seconds", "Time of a request by route.", ["route"],
                                 buckets=_SECONDS, registry=self._registry)
        self.texts = Counter("extractor_texts", "Texts by outcome: done, refused, too_slow, lost, wrong.", ["outcome"],
                             registry=self._registry)
        self.records = Counter("extractor_records", "Records extracted.", registry=self._registry)
        self.characters = Counter("extractor_characters", "Characters extracted from.", registry=self._registry)
        gauge = Gauge("extractor_texts_in_hand", "Texts being extracted or waiting.", registry=self._registry)
        gauge.set_function(in_hand)

    def text(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self._registry)

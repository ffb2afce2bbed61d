"""What a monitoring system reads. Labels are routes and names of things, never of people."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")


class Metrics:
    """The figures of one worker."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "counter_requests",
            "Calls by route and status",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "counter_request_seconds",
            "Time to answer",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.problems = Counter(
            "counter_problems", "Refusals by name", ("name",), registry=self.registry
        )
        self.accepted = Counter(
            "counter_applications_accepted", "Applications held", registry=self.registry
        )
        self.repeated = Counter(
            "counter_applications_repeated", "Repeats answered", registry=self.registry
        )
        self.lookups = Counter(
            "counter_lookups",
            "Look-ups by kind and answer",
            ("kind", "answer"),
            registry=self.registry,
        )
        self.cuts = Counter(
            "counter_station_audit_cuts",
            "Stations whose own audit was cut or put back",
            registry=self.registry,
        )
        self.checkpoint = Gauge(
            "counter_audit_checkpoint_seconds",
            "When the audit was last countersigned",
            registry=self.registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A call was answered."""
        # Callers make methods up; each would be a figure kept for ever.
        known = method if method in METHODS else "other"
        self.requests.labels(known, route, status).inc()
        self.seconds.labels(known, route).observe(seconds)

    def text(self) -> bytes:
        """The exposition text."""
        return generate_latest(self.registry)

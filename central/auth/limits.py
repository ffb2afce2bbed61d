"""How often anybody may ask, and how often a sign-in may fail. One worker's memory."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from central.problems import Problem

TRACKED: Final = 50_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rate:
    """A token bucket a key: `rate` calls a second, up to `burst` saved up."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, now: float) -> None:
        """Use one call of `key`. Raises Problem `rate-limited`, with when to come back."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self._burst, now)
            if len(self._buckets) > TRACKED:
                self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / self._rate)
            raise Problem("rate-limited", headers={"Retry-After": str(wait)})
        bucket.tokens -= 1


class LockOut:
    """After `failures` bad sign-ins in a row a key waits `seconds`, the right one too."""

    def __init__(self, failures: int, seconds: float) -> None:
        self._failures, self._seconds = failures, seconds
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, key: str, now: float) -> None:
        """Raise Problem `locked-out` while `key` has to wait."""
        count, last = self._counts.get(key, (0, 0.0))
        left = last + self._seconds - now
        if count >= self._failures and left > 0:
            raise Problem("locked-out", headers={"Retry-After": str(math.ceil(left))})

    def failed(self, key: str, now: float) -> bool:
        """Count a failure; True when it was the one that locks."""
        count, last = self._counts.get(key, (0, 0.0))
        if now - last > self._seconds:
            count = 0
        self._counts[key] = (count + 1, now)
        self._counts.move_to_end(key)
        if len(self._counts) > TRACKED:
            self._counts.popitem(last=False)
        return count + 1 == self._failures

    def succeeded(self, key: str) -> None:
        """Forget the failures."""
        self._counts.pop(key, None)

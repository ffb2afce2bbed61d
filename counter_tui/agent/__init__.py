"""The network side of a station: moves the outbox, keeps caches fresh, asks what screens ask."""

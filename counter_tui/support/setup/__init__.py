"""Making a station reachable for support, showing that it is as it should be, and undoing it."""

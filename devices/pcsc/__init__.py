"""PC/SC: the service and its readers, one card's connection, and readers with a module inside."""

"""Tables, and one port with two adapters: SQLite with one writer thread, and PostgreSQL."""

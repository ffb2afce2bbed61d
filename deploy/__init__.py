"""Building the archive a station is installed from, and the installer in it."""

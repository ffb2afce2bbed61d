"""`counter doctor`: what a station needs, checked in under three seconds, each with its remedy."""

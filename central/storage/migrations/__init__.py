"""Schema changes, one file a step, each with its way back."""

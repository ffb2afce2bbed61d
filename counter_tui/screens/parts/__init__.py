"""The six parts of the case screen. Each shows one side of the case and sends intents to it."""

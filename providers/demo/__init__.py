"""The demo city's providers: planned in plain Python, loaded set-based."""

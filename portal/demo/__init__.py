"""The demo city: invented providers and people on real areas, the same every time (design §5)."""

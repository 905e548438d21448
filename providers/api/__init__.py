"""REST of providers: the search, the register."""

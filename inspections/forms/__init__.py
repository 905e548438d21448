"""Forms of inspections: they keep what was typed and say more kindly what the database would refuse."""

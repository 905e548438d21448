"""What the law says about providers: bands and class limits, registration, papers, setting. Pure rules."""

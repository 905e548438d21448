"""What people type about providers, checked kindly before the actions check it for good."""

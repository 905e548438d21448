"""Pages of providers, for parents, providers and officers."""

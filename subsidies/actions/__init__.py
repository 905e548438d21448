"""The only writers of subsidies: policies, closing a month, and the way of a claim."""

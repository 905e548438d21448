"""What pages and panels read of inspections: querysets in, querysets out."""

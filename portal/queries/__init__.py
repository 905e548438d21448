"""Reading the portal's rows for pages."""

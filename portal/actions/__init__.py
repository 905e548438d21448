"""What people and tasks may do to the portal's rows; the only writers."""

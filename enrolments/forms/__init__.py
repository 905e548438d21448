"""What people type about children, spells and attendance, checked and said kindly."""

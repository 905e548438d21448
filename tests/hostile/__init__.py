"""What people and programs send by mistake or ill will: every address bears it, and says what is wrong."""

"""Portal: who is asking, where, when, and what was done. Every other app stands on this one."""

"""The only writers of quotas."""

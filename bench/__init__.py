"""Ours against plain baselines, measured in the same run (contract: Benchmarks)."""

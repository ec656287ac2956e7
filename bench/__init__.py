"""Benchmarks: each figure is a ratio beside a named peer, measured in the same run."""

"""Measurements: heavy, honest, and never asserted in a test. Each module is a command: python -m benchmarks.<name>."""

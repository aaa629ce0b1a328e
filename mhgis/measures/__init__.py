"""Arithmetic: rates, gaps, benchmarks, intervals, equity, clusters, distance, access. Pure: frames in, frames out."""

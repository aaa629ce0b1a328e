"""Findings as sentences: headlines, standing, provenance, citation, traces, the handbook."""

"""Where mental-health care is missing, and what would close the gap: the domain, importable without a screen."""

__version__ = "0.1.0"

"""From figures and boundaries to one published DuckDB file."""

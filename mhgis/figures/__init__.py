"""Figures: charts for the screen (Plotly) and maps for files (Matplotlib). The only package that knows either."""

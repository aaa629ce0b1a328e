"""The pages, one file each, with what only they need."""

"""Import: from an office's untidy file to a checked dataset, in steps that change nothing until the last."""

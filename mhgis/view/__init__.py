"""What is being looked at: links, selection, filters, comparison, drilling, saved views. Knows no screen."""

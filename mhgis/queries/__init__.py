"""What is asked of the published file and the imports: plain arguments or a view in, frames out. Knows no screen."""

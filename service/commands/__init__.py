"""What `flowpose` can do, one command a file."""

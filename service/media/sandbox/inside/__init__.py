"""What runs in the template and in its workers."""

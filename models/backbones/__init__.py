"""The networks that the papers put their own work on."""

"""Readers of the data sets that train and measure; none of the data is part of the project."""

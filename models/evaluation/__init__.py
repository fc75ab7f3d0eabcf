"""How exact the served pipeline is on labelled video."""

"""Learn what each neighbour in time counts: the papers' conv9, for networks whose maps are there already."""

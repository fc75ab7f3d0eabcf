"""Who may ask and for how much: keys, limits, and the names and pages that requests may come by."""

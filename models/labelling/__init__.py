"""Labels from a teacher for video that nobody has labelled (Flowing ConvNets, section 4, "Extended")."""

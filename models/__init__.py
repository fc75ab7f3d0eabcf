"""What is learnt and measured: data sets, training, evaluation, weights and their cards."""

"""Thin-Slicing Networks: the graph in PyTorch, its springs and how they are learnt."""

"""The files people bring: one reader a kind, each line read by itself, every fault named."""

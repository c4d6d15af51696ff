"""Pages of flags: list, board, chains, the life of one, measures, and whether they worked."""

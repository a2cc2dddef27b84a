"""The proof that the server's picture of a board is the one that the editor itself would export."""

"""The proof that strokes are sent as they grow, and not as wholes again and again."""

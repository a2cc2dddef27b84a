"""The proof that who comes late to a full board sees all of it within a second."""

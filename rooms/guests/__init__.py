"""Guests: people whom a seller lets into one room by a link, without an account."""

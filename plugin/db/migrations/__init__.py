"""Migrations: numbered, forward, each in one transaction, the same on both databases."""

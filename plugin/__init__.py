"""Marginalia: notes in the margin of the helpdesk; margin on the bottom line."""

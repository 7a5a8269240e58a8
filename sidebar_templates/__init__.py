"""What agents see beside a ticket: the shell in the helpdesk's frame, the panel, and the panel as a page."""

"""What is measured, and how; each module's docstring has its command. Nothing here is part of the product."""

"""What is kept: one engine, one repository per aggregate, each built with a session and (but for queues) a tenant."""

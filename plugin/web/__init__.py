"""What the network reaches: webhooks, health, the JSON API and the admin pages. Thin views over repositories."""

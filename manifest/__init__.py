"""What the marketplaces get; `marginalia package` fills in this installation's address, checks it and packs it."""

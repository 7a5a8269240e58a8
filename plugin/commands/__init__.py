"""The commands of `marginalia`, one file per subject; contract §1."""

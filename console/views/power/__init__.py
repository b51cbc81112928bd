"""What this machine runs on and how long that lasts; saving power, by itself or by hand."""

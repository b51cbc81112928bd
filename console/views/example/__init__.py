"""What only the example incident has: cameras that are drawn, so that the video workspace has something to show without any network."""

"""Sounds of alarm: tones by severity, repeated until acknowledged, with a mute that everybody sees and that ends by itself."""

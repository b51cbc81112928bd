"""The one time mode of the window: live, or fixed at an instant. `playback` and `zone` know no Qt."""

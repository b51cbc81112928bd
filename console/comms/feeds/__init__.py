"""Between the window and the processes that talk to cameras: their messages, the secrets of feeds, the sweep. No Qt."""

"""The video workspace: the registry of feeds, the wall, what is filed with incidents. What talks to cameras is a process of its own."""

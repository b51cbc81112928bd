"""The local socket: how a window (or a command) on this machine talks to this machine's own peer."""

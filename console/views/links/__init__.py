"""The links workspace: who is connected and how, what waits to be sent, what was refused and why."""

"""The sources of a machine's own gateway, and how those of every gateway are."""

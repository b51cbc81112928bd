"""The warnings workspace: CAP alerts as they were received, shown and never altered."""

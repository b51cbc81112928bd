"""What is known: events, the journal that keeps them, and the tables derived from them. No Qt, no sockets."""

"""How peers talk: wire format, session, sockets, keys, gateways. No Qt."""

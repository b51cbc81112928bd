"""Video feeds: their addresses and codes, the book of all of them, what sees a place, when a picture is live. No Qt, no sockets."""

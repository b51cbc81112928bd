"""Satellite short messages (BeiDou): the most urgent events, in a compact code, when no network is left.

    sentences dialects   what is said to the terminal on a serial port, and what it answers
    card rules           what a card takes, how often; what an office may change (`resources/rules/beidou.toml`)
    packing fields book codebook   one event in as few bytes as its content takes
    seal                 keys between two peers; encryption and the short authentication of each message
    message parts        what a message holds: events, parts of one that did not fit, acknowledgements
    queue partner        what waits for one peer, in which order; numbers, acknowledgements, tries
    courier              all partners and the card: input and time in, effects out, no I/O
    store registry outbox    what is kept; whose card is whose; what the journal has to send, and whom it concerns
    carrier terminal     the peer's end; the serial port's thread
    simulated satellite  a simulator of terminals, and of what is between them
    table report         what the book takes, measured; the satellite as it is shown

**A message** (the content of one short message, 77 bytes on a civil card of level 3, beside the `A4`)::

    head     1   version (high four bits), 1 where an acknowledgement is asked for
    number   3   of the message, counted by its sender for this receiver, never the same again
    body     n   items, encrypted: ChaCha20 (RFC 8439) with the number as nonce
    mac      4   HMAC-SHA256 over head, number and encrypted body, its first four bytes (as many as LoRaWAN 1.0.3, 4.4, has for frames as rare)

The keys are made by HKDF (RFC 5869) from the X25519 secret that the two peers' enrolled CURVE keys share, one pair of keys each way. A number
is taken once: what was heard before is counted and dropped (RFC 4303, 3.4.3), however it came.

Items are a byte that says what it is (two bits) and how many bytes follow, and those: an event (its age, a byte; then as in `codebook`), a part of an
event, or acknowledgements (the highest number taken, and a bit each for those before it).

**Acknowledged** is what is durable: an event in the journal, a part in the carrier's own file. A sender repeats what is not acknowledged,
each time after twice as long, and drops from its queue what the other side holds by whatever way.
"""

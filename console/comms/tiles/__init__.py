"""Online map sources (XYZ, WMTS), asked for tiles of an area that was chosen for offline use, and for nothing else.

    address       what an operator entered: http or https, with places for zoom, column and row
    getting       one request: bounded in size and time, no other host, no redirect to one
    capabilities  a WMTS service's own description of its layers
    filling       an area into the store, at the pace allowed, to be ended and resumed at any point

It runs in a process of its own (`fengsui tiles fill`): neither the window nor the peer ever opens a connection to a map server, so a server
that stalls holds up nothing else, and a kill at any time loses one tile. It writes the store of `console.models.maps.tilestore`.
"""

"""Map files of an office: tiles that are looked up in them, and lines, areas and points laid over the map. No Qt, no sockets.

`opening.open_tiles` opens MBTiles and PMTiles, raster or vector, and looks at samples before it believes a file.
`overlay` reads the rest (GeoJSON, GPX, KML, KMZ, GeoPackage, Shapefile) in a process of its own with bounded memory and time, into
a file of ours that the map asks for what is in view.
`offline` keeps the tiles of online sources, filled by `console.comms.tiles`.
"""

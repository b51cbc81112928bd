"""Lines, areas and points of an office: GeoJSON, GPX, KML, KMZ, GeoPackage, Shapefile, laid over the map.

    warden   the window's side: a process of its own for each file, with bounded memory and time, killed when it does not answer
    child    that process: `python -m console.models.maps.overlay.child`
    intake   the file into a private folder under a name of ours; archives and XML looked at before a reader sees them
    reading  GDAL, with no driver left but the ones named, and coordinates into WGS 84
    levels   simplified for each range of zooms, into a file of ours
    file     that file: what is in view, and what is known of one thing

Such a file comes from anywhere, and GDAL is half a million lines of C++: nothing of it is loaded into the window.
"""

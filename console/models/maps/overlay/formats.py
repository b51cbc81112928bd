"""The kinds of file that are read as lines, areas and points, and the file of ours they are taken into (`levels.py` writes it)."""

FORMATS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpx": "GPX",
    ".kml": "LIBKML",
    ".kmz": "LIBKML",
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".zip": "ESRI Shapefile",
}
"""Ending -> GDAL's driver."""

APPLICATION_ID = 0x46534F56  # "FSOV"
VERSION = 1
LEVELS = (3, 5, 7, 9, 11, 13, 30)
"""The highest zoom each level is drawn at; the last has everything as it is."""

"""How does a file of polygons become something that can be loaded?

`reading` opens whatever GDAL can open and brings it to WGS 84, `fields` finds out which field holds the names,
`staging` puts the polygons into a table of the transaction, where they are checked, mended and merged, and `comparing`
says what a load changes. `tables` reads CSV files. `problems` is how a file is refused. The writing itself is done by
`neighborhoods.services.boundaries`, and by `commands.services.coverage` for the areas of commands.
"""

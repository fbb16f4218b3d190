"""The skill map as a trail network: areas are bands, skills are stations, and what a skill needs is to its left.

    graph = MapGraph(needs, band, bands)         # graph.py: what to draw, but not how
    positions = station_positions(graph)         # layers.py: the column and the row of each station, with few crossings
    layout = lay_out(graph, positions, lines)    # layout.py: the coordinates of stations and of the edges between them

These three are pure and know only names, not skills. selection.py decides which skills a map shows, drawing.py and overlay.py
what a station looks like for one visitor. Everything except the state of the stations is worked out once per revision.
"""

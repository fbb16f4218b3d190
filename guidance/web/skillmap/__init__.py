"""The skill map as a trail network: areas are bands, skills are stations, and what comes first stands to the left.

    ground = Ground(needs, band, bands)      # ground.py: what is to be drawn, and nothing of how
    places = place(ground)                   # places.py: the column and the row of each station, for few crossings
    layout = lay(ground, places, lines)      # routes.py: the coordinates of stations and of the ways between them

These three are pure and know no skills, only names. Which skills a map shows is decided in sheets.py, what a station looks
like for one visitor in drawing.py. All but the stations' state is worked out once per revision.
"""

#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is new: the database, the role that owns it and may do nothing else, and
# the role of the worker that checks links, which `manage.py grant_links` gives the few tables that it needs.
set -eu
psql --no-psqlrc -v ON_ERROR_STOP=1 -v waymark="$WAYMARK_PASSWORD" -v links="$LINKS_PASSWORD" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE waymark LOGIN PASSWORD :'waymark';
CREATE ROLE waymark_links LOGIN CONNECTION LIMIT 10 PASSWORD :'links';
CREATE DATABASE waymark OWNER waymark;
REVOKE ALL ON DATABASE waymark FROM PUBLIC;
GRANT CONNECT ON DATABASE waymark TO waymark_links;
SQL

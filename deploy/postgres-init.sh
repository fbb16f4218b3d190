#!/bin/sh
# The PostgreSQL image runs this once, when its volume is new. Creates the database, the role that owns it and has no other rights,
# and the role of the worker that checks links; `manage.py grant_links` gives that role access to the few tables it needs.
set -eu
psql --no-psqlrc -v ON_ERROR_STOP=1 -v waymark="$WAYMARK_PASSWORD" -v links="$LINKS_PASSWORD" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE waymark LOGIN PASSWORD :'waymark';
CREATE ROLE waymark_links LOGIN CONNECTION LIMIT 10 PASSWORD :'links';
CREATE DATABASE waymark OWNER waymark;
REVOKE ALL ON DATABASE waymark FROM PUBLIC;
GRANT CONNECT ON DATABASE waymark TO waymark_links;
SQL

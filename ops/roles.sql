-- The two database roles and the template every database of Porchlight is made from. Run once per cluster by its
-- superuser (psql): by the set-up for a private cluster, at the first start of the container in docker-compose.yml.
-- Whoever runs it sets the passwords. Neither role is superuser nor passes row security; `owner` may become `app`,
-- which is how the tests run.

CREATE ROLE owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
CREATE ROLE app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
GRANT app TO owner;
-- The server's own log tells what was slow and what failed, never the words that were sent or the row they stood in.
ALTER ROLE owner SET log_parameter_max_length = 0;
ALTER ROLE owner SET log_error_verbosity = terse;
ALTER ROLE app SET log_parameter_max_length = 0;
ALTER ROLE app SET log_error_verbosity = terse;

CREATE DATABASE template_porchlight;
\connect template_porchlight
CREATE EXTENSION postgis;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- What `owner` makes later, `app` may read and write row by row: no TRUNCATE, no reference, no trigger.
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app;

\connect postgres
ALTER DATABASE template_porchlight IS_TEMPLATE true ALLOW_CONNECTIONS false;
CREATE DATABASE porchlight OWNER owner TEMPLATE template_porchlight;

-- In containers the roles of roles.sql get the passwords that ops/container.py made up.
\i /secrets/passwords.sql

"""The search's own structures in the database, which no model knows. The database keeps them by itself.

SQLite: a full-text table, kept by triggers on the listings. PostgreSQL: a generated column and its index.
Both fold accents and case alike. A later migration that makes Django build the table of listings anew on
SQLite (a changed column, a new constraint) loses the triggers with the old table: it calls `install` last.
"""

from typing import Any, Final

# The full-text table knows rows by number: those that SQLite gives to listings itself may change in a VACUUM.
# What people type for ² and ³ on a keyboard: "m3" must find "m³". The rest of Unicode is the tokenizer's.
_FORGET: Final = """
    DELETE FROM catalog_search WHERE rowid = (SELECT number FROM catalog_search_row WHERE listing = {row}.id);
    DELETE FROM catalog_search_row WHERE listing = {row}.id;"""
_REMEMBER: Final = """
    INSERT INTO catalog_search_row (listing) SELECT NEW.id WHERE NEW.status = 'published';
    INSERT INTO catalog_search (rowid, title, description)
        SELECT number, replace(replace(NEW.title, '²', '2'), '³', '3'),
            replace(replace(NEW.description, '²', '2'), '³', '3')
        FROM catalog_search_row WHERE listing = NEW.id;"""
_TRIGGER: Final = "CREATE TRIGGER catalog_search_{event} AFTER {on} ON catalog_listing BEGIN {body} END"
_SQLITE: Final = (
    "CREATE TABLE catalog_search_row (number integer PRIMARY KEY, listing char(32) NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE catalog_search USING fts5(
        title, description, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')""",
    # What bears a new row's id already is a left-over: tables can be emptied without triggers.
    _TRIGGER.format(event="insert", on="INSERT", body=_FORGET.format(row="NEW") + _REMEMBER),
    _TRIGGER.format(
        event="update",
        on="UPDATE OF id, title, description, status",
        body=_FORGET.format(row="OLD") + _REMEMBER,
    ),
    _TRIGGER.format(event="delete", on="DELETE", body=_FORGET.format(row="OLD")),
    "UPDATE catalog_listing SET status = status",
)
_SQLITE_REMOVE: Final = (
    "DROP TRIGGER IF EXISTS catalog_search_insert",
    "DROP TRIGGER IF EXISTS catalog_search_update",
    "DROP TRIGGER IF EXISTS catalog_search_delete",
    "DROP TABLE IF EXISTS catalog_search",
    "DROP TABLE IF EXISTS catalog_search_row",
)
# Accents fall off by decomposition, so no extension is asked for. What is ASCII and no letter or digit parts
# words: the parser would else take "m/h" for a path and "DP-6" for a negative number. A database may be made
# with a locale that knows the case of ASCII only, so the one of ICU is preferred where PostgreSQL has it.
_ICU: Final = "und-x-icu"
_POSTGRESQL: Final = (
    r"""CREATE FUNCTION catalog_folded(source text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT regexp_replace(
            regexp_replace(lower(normalize(source, NFKD){collation}), '[\u0300-\u036f]', '', 'g'),
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+', ' ', 'g') $$""",
    """ALTER TABLE catalog_listing ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.simple'::regconfig, catalog_folded(title)), 'A') ||
        setweight(to_tsvector('pg_catalog.simple'::regconfig, catalog_folded(description)), 'B')) STORED""",
    "CREATE INDEX catalog_listing_search ON catalog_listing USING gin (search) WHERE status = 'published'",
)
_POSTGRESQL_REMOVE: Final = (
    "DROP INDEX IF EXISTS catalog_listing_search",
    "ALTER TABLE catalog_listing DROP COLUMN IF EXISTS search",
    "DROP FUNCTION IF EXISTS catalog_folded(text)",
)


def install(schema_editor: Any) -> None:
    """Makes what searching needs, anew where it is there, filled with the listings that are public."""
    remove(schema_editor)
    collation = ""
    if not _is_sqlite(schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_collation WHERE collname = %s", [_ICU])
            collation = f' COLLATE "{_ICU}"' if cursor.fetchone() else ""
    for statement in _SQLITE if _is_sqlite(schema_editor) else _POSTGRESQL:
        schema_editor.execute(statement.replace("{collation}", collation), params=None)


def remove(schema_editor: Any) -> None:
    """Drops it, for migrations that run backwards."""
    for statement in _SQLITE_REMOVE if _is_sqlite(schema_editor) else _POSTGRESQL_REMOVE:
        schema_editor.execute(statement, params=None)


def _is_sqlite(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "sqlite")

"""The search's own structures in the database, which no model knows. The database keeps them by itself.

SQLite: a full-text table, kept by triggers on the listings. PostgreSQL: a generated column and its index.
Both fold accents and case alike. A later migration that makes Django build the table of listings anew on
SQLite (a changed column, a new constraint) loses the triggers with the old table: it calls `install` last.
"""

from typing import Any, Final

# The id is a word of the full-text table like others, so that its row is found without reading all.
# What people type for ² and ³ on a keyboard: "m3" must find "m³". The rest of Unicode is the tokenizer's.
_SQLITE: Final = (
    """CREATE VIRTUAL TABLE catalog_search USING fts5(
        listing, title, description, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')""",
    # What bears the same id already is a left-over: tables can be emptied without triggers.
    """CREATE TRIGGER catalog_search_insert AFTER INSERT ON catalog_listing BEGIN
        DELETE FROM catalog_search WHERE catalog_search MATCH 'listing : "' || NEW.id || '"';
        INSERT INTO catalog_search SELECT NEW.id, replace(replace(NEW.title, '²', '2'), '³', '3'),
            replace(replace(NEW.description, '²', '2'), '³', '3') WHERE NEW.status = 'published'; END""",
    """CREATE TRIGGER catalog_search_update
        AFTER UPDATE OF id, title, description, status ON catalog_listing BEGIN
        DELETE FROM catalog_search WHERE catalog_search MATCH 'listing : "' || OLD.id || '"';
        INSERT INTO catalog_search SELECT NEW.id, replace(replace(NEW.title, '²', '2'), '³', '3'),
            replace(replace(NEW.description, '²', '2'), '³', '3') WHERE NEW.status = 'published'; END""",
    """CREATE TRIGGER catalog_search_delete AFTER DELETE ON catalog_listing BEGIN
        DELETE FROM catalog_search WHERE catalog_search MATCH 'listing : "' || OLD.id || '"'; END""",
    """INSERT INTO catalog_search SELECT id, replace(replace(title, '²', '2'), '³', '3'),
        replace(replace(description, '²', '2'), '³', '3') FROM catalog_listing WHERE status = 'published'""",
)
_SQLITE_REMOVE: Final = (
    "DROP TRIGGER IF EXISTS catalog_search_insert",
    "DROP TRIGGER IF EXISTS catalog_search_update",
    "DROP TRIGGER IF EXISTS catalog_search_delete",
    "DROP TABLE IF EXISTS catalog_search",
)
# Accents fall off by decomposition, so no extension is asked for. What is ASCII and no letter or digit parts
# words: the parser would else take "m/h" for a path and "DP-6" for a negative number.
_POSTGRESQL: Final = (
    r"""CREATE FUNCTION catalog_folded(source text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT regexp_replace(regexp_replace(lower(normalize(source, NFKD)), '[\u0300-\u036f]', '', 'g'),
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
    for statement in _SQLITE if _is_sqlite(schema_editor) else _POSTGRESQL:
        schema_editor.execute(statement, params=None)


def remove(schema_editor: Any) -> None:
    """Drops it, for migrations that run backwards."""
    for statement in _SQLITE_REMOVE if _is_sqlite(schema_editor) else _POSTGRESQL_REMOVE:
        schema_editor.execute(statement, params=None)


def _is_sqlite(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "sqlite")

"""The search in a room and across one's rooms.

`query` reads what was typed, `index` knows the engine of each database, `entries` says what of an event can
be found, `catch_up` follows the logs, `find` answers, `audit` proves.
"""

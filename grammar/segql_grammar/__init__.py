"""The grammar of SegQL: `segql.lark`, and the LALR tables that Lark makes of it (`tables.py`, generated).

`python -m segql_grammar` writes the tables; a test of the house fails while they are older than the grammar.
"""

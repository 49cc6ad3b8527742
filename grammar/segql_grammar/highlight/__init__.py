"""Highlighters for editors and pages, made of the grammar: Lark's terminals in, one small program per highlighter out.

`lexicon` reads the grammar, `regex` writes its regular expressions in other dialects, and a module for each highlighter
puts them into its form. `python -m segql_grammar.highlight` writes them all.
"""

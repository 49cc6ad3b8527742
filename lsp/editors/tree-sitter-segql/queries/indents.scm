; Generated from segql.lark by `make grammar`. Do not edit.

[(all_of) (any_of) (any_order) (case) (explore) (funnel) (none_of) (paths) (retention) (segment) (source) (steps) (table) (test)] @indent
"}" @outdent

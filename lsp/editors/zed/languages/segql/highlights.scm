; Generated from segql.lark by `make grammar`. Do not edit.

(comment) @comment
(string) @string
[(number) (date) (timestamp)] @number
(parameter) @variable.parameter
(function) @function
(operator) @operator
["(" ")" "," ":" "[" "]" "{" "}"] @punctuation
["false" "missing" "true"] @constant.builtin
["after" "ago" "all" "among" "any" "as" "asc" "at" "before" "by" "calendar" "collapse" "convert" "converted" "day" "days" "define" "depth" "desc" "did" "directly" "distinct" "dropped" "during" "end" "event" "ever" "every" "exactly" "explore" "field" "file" "first" "flat" "for" "from" "funnel" "given" "hour" "hours" "join" "json" "key" "last" "layout" "least" "measure" "microseconds" "milliseconds" "minute" "minutes" "month" "months" "most" "nested" "never" "node" "none" "of" "on" "optional" "order" "other" "out" "param" "paths" "pending" "previous" "quarter" "quarters" "repeats" "retention" "return" "same" "second" "seconds" "segment" "since" "sort" "source" "start" "step" "steps" "table" "test" "then" "this" "time" "times" "to" "top" "totals" "unique" "use" "valid" "via" "week" "weeks" "where" "within" "without" "year" "years" "zone"] @keyword
["and" "contains" "ends" "in" "is" "like" "matches" "not in" "not" "or" "starts" "with"] @keyword.operator
["boolean" "date" "decimal" "enum" "epoch" "float" "integer" "list" "text" "timestamp" "timestamptz"] @type.builtin

(source (name) @type)
(table (name) @type)
(param (name) @type)
(define (name) @type)
(segment (name) @type)
(explore (name) @type)
(paths (name) @type)
(funnel (name) @type)
(retention (name) @type)
(event (name) @type)
(label (name) @type)
(measure (name) @type)
(by_item (name) @type)
(field "field" . (path) @type)

(source "source" @context . (name) @name) @item
(table "table" @context . (name) @name) @item
(param "param" @context . (name) @name) @item
(define "define" @context . (name) @name) @item
(segment "segment" @context . (name) @name) @item
(explore "explore" @context . (name) @name) @item
(paths "paths" @context . (name) @name) @item
(funnel "funnel" @context . (name) @name) @item
(retention "retention" @context . (name) @name) @item
(test "test" @context . (name) @name) @item
(event "event" @context . (name) @name) @item
(field "field" @context . (path) @name) @item
(comment) @annotation

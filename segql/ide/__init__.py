"""An editor's questions, answered with plain data: nothing here knows a protocol, a file or a clock."""

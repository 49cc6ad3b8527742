-- nvim --clean --cmd "set rtp^=PLUGIN" --headless -l neovim.lua PROJECT ANSWERS: one session of a person in PROJECT.
-- What that person would see is written down, for tests to compare.

local project, answers_file = unpack(arg)
vim.lsp.enable("segql")
local answers = {}

local function wait(what, holds)
  assert(vim.wait(20000, holds, 20), "this did not happen: " .. what)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") .. "\n"
end

local function open(name)
  vim.cmd.edit(project .. "/" .. name)
  wait("a client of " .. name, function()
    return #vim.lsp.get_clients({ bufnr = 0 }) > 0 and vim.lsp.get_clients({ bufnr = 0 })[1].initialized
  end)
  return vim.lsp.get_clients({ bufnr = 0 })[1]
end

-- Puts the cursor on the first character of a word.
local function at(word)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search("\\V" .. word, "cW") > 0, word .. " is not there")
end

local client = open("slip.seg")
answers.filetype, answers.encoding = vim.bo.filetype, client.offset_encoding
wait("a diagnostic", function() return #vim.diagnostic.get(0) > 0 end)
answers.diagnostics = vim.tbl_map(function(d)
  local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, true)[1]
  return { code = d.code, message = d.message, source = d.source, word = line:sub(d.col + 1, d.end_col) }
end, vim.diagnostic.get(0))

-- The quick fix, and what is left to say then.
at("buuy")
vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.kind == "quickfix" end })
wait("the quick fix", function() return not text():find("buuy", 1, true) end)
answers.fixed = text()
wait("no diagnostics", function() return #vim.diagnostic.get(0) == 0 end)
answers.left = #vim.diagnostic.get(0)
vim.cmd("write")

client = open("shop.seg")
answers.plain = text()

-- Completion in a line that is not finished, and the first item put in.
at("did buy during")
vim.cmd("normal! odid bu")
local asked = vim.lsp.util.make_position_params(0, client.offset_encoding)
asked.position.character = asked.position.character + 1 -- where one types: behind the letter under the cursor
local listed = client:request_sync("textDocument/completion", asked, 20000).result
answers.completion = vim.tbl_map(function(item) return item.label end, listed.items or listed)
vim.lsp.util.apply_text_edits({ (listed.items or listed)[1].textEdit }, vim.api.nvim_get_current_buf(), client.offset_encoding)
answers.completed = vim.fn.getline(".")
vim.cmd("edit!")

-- Hover, definition, rename, outline.
at("did buy during")
vim.cmd("normal! w")
vim.lsp.buf.hover()
local window
wait("hover", function()
  for _, each in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(each).relative ~= "" then window = each end
  end
  return window ~= nil
end)
answers.hover = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true), "\n")
vim.api.nvim_win_close(window, true)
local before = vim.fn.line(".")
vim.lsp.buf.definition()
wait("the definition", function() return vim.fn.line(".") ~= before end)
answers.definition = vim.fn.getline(".")
vim.lsp.buf.rename("purchase")
wait("the rename", function() return text():find("purchase", 1, true) end)
answers.renamed = text()
vim.cmd("undo")

-- Formatting, colors, lenses.
wait("the undone text", function() return text() == answers.plain end)
vim.lsp.buf.format({ timeout_ms = 20000 })
answers.formatted = text()
wait("colors by the server", function()
  at("buyers")
  return #vim.lsp.semantic_tokens.get_at_pos() > 0
end)
answers.color = vim.lsp.semantic_tokens.get_at_pos()[1].type
vim.lsp.codelens.refresh({ bufnr = 0 })
wait("a lens", function() return #vim.lsp.codelens.get(0) > 0 end)
local lens = vim.lsp.codelens.get(0)[1]
answers.lens = lens.command and lens.command.title
vim.fn.cursor(lens.range.start.line + 1, 1)
vim.lsp.codelens.run()
wait("SQL", function() return vim.bo.filetype == "sql" end)
answers.sql = text()

vim.fn.writefile({ vim.json.encode(answers) }, answers_file)
vim.cmd("qall!")

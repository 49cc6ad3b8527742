-- nvim --clean --headless -l vim_colors.lua FOLDER TEXTS COLORS: the texts (a JSON list) as Vim colors them, each as a
-- list of [line, from, to, group] in bytes. FOLDER is that of the plug-in.

local folder, texts_file, colors_file = unpack(arg)
vim.opt.runtimepath:prepend(folder)
vim.o.synmaxcol = 0
vim.cmd("filetype plugin on | syntax on")

local function colors(text)
  vim.cmd("enew!")
  local lines = vim.split(text, "\n", { plain = true })
  vim.api.nvim_buf_set_lines(0, 0, -1, true, lines)
  vim.bo.filetype = "segql"
  local found = {}
  for number, line in ipairs(lines) do
    local from, before = 0, ""
    for column = 1, #line + 1 do
      local group = column <= #line and vim.fn.synIDattr(vim.fn.synID(number, column, 1), "name") or ""
      if group ~= before then
        if before ~= "" then
          table.insert(found, { number - 1, from, column - 1, before })
        end
        from, before = column - 1, group
      end
    end
  end
  return found
end

local texts = vim.json.decode(table.concat(vim.fn.readfile(texts_file), "\n"))
local answer = vim.tbl_map(colors, texts)
vim.fn.writefile({ vim.json.encode(answer) }, colors_file)

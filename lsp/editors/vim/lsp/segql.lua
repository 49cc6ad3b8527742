-- For Neovim 0.11 and later: vim.lsp.enable('segql')

-- The lens "Show SQL": beside the segment, in a window of its own.
local function show_sql(command, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local asked = { command = command.command, arguments = command.arguments }
  client:request('workspace/executeCommand', asked, function(problem, sql)
    if problem or type(sql) ~= 'string' then
      vim.notify(problem and problem.message or 'there is no SQL to show', vim.log.levels.WARN)
      return
    end
    vim.cmd('botright vnew')
    vim.api.nvim_buf_set_lines(0, 0, -1, true, vim.split(vim.trim(sql), '\n'))
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.filetype, vim.bo.modifiable = 'nofile', 'wipe', 'sql', false
  end, context.bufnr)
end

return {
  cmd = { 'segql', 'lsp' },
  filetypes = { 'segql' },
  root_markers = { 'segql.toml', '.git' },
  commands = { ['segql.compile'] = show_sql },
}

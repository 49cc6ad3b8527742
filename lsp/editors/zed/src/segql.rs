//! Starts the language server: the `segql` of the project's own environment, of the settings, or of the PATH.

use zed_extension_api::{self as zed, settings::LspSettings, LanguageServerId, Result};

struct Segql;

impl zed::Extension for Segql {
    fn new() -> Self {
        Segql
    }

    fn language_server_command(
        &mut self,
        server: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let binary = LspSettings::for_worktree(server.as_ref(), worktree)?.binary;
        let own = binary.as_ref().and_then(|found| found.path.clone());
        let command = own.or_else(|| worktree.which("segql")).ok_or(
            "there is no `segql` on the PATH: pip install 'segql[lsp]', or name one in lsp.segql.binary.path",
        )?;
        Ok(zed::Command {
            command,
            args: binary
                .and_then(|found| found.arguments)
                .unwrap_or_else(|| vec!["lsp".into()]),
            env: worktree.shell_env(),
        })
    }

    fn language_server_workspace_configuration(
        &mut self,
        server: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree)?.settings;
        Ok(settings.map(|settings| zed::serde_json::json!({ "segql": settings })))
    }
}

zed::register_extension!(Segql);

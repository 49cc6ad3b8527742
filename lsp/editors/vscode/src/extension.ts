// SegQL in VS Code: finds the language server, and shows what it says. All thinking is the server's.

import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";
import { find, type Found, type Looked } from "./python";
import { middleware, segmentAtCursor, showAtCursor } from "./sql";

let client: LanguageClient | undefined;
let python: Found | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("SegQL", { log: true });
  const status = vscode.languages.createLanguageStatusItem("segql", { language: "segql" });
  status.name = "SegQL";
  const again = () => restart(log, status);
  // The server's own commands are registered by its client: these have other names.
  context.subscriptions.push(
    log,
    status,
    vscode.commands.registerCommand("segql.restart", again),
    vscode.commands.registerCommand("segql.showLog", () => log.show()),
    vscode.commands.registerCommand("segql.showSqlHere", showAtCursor),
    vscode.commands.registerCommand("segql.runHere", run),
    vscode.workspace.onDidChangeConfiguration((changed) => {
      if (changed.affectsConfiguration("segql.python") || changed.affectsConfiguration("segql.arguments")) void again();
    }),
  );
  await again();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(log: vscode.LogOutputChannel, status: vscode.LanguageStatusItem): Promise<void> {
  await client?.stop().catch(() => undefined);
  client = python = undefined;
  say(status, "looking for the server", vscode.LanguageStatusSeverity.Information, true);
  const looked: Looked[] = [];
  python = await find(looked);
  for (const { what, path, outcome } of looked) log.info(`${what}: ${path}: ${outcome}`);
  if (!python) {
    say(status, "no server", vscode.LanguageStatusSeverity.Error);
    status.command = { command: "segql.restart", title: "Look again" };
    void offerToInstall(looked, log);
    return;
  }
  status.detail = `${python.path} (${python.what})`;
  status.command = { command: "segql.restart", title: "Restart" };
  const found = python;
  const configured = vscode.workspace.getConfiguration("segql").get<string[]>("arguments", []);
  client = new LanguageClient(
    "segql",
    "SegQL",
    // `-P`: a file of the workspace must not stand in for a module of Python's. A pipe is what the server serves.
    { command: found.path, args: ["-P", "-m", "segql_lsp", ...configured] },
    {
      documentSelector: [{ language: "segql" }],
      outputChannel: log,
      middleware,
    },
  );
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) {
      const version = client?.initializeResult?.serverInfo?.version ?? "";
      say(status, version, vscode.LanguageStatusSeverity.Information);
    } else if (newState === State.Stopped) say(status, "stopped", vscode.LanguageStatusSeverity.Warning);
  });
  await client.start().catch((problem) => {
    log.error(String(problem));
    say(status, "did not start", vscode.LanguageStatusSeverity.Error);
  });
}

function say(
  status: vscode.LanguageStatusItem,
  text: string,
  severity: vscode.LanguageStatusSeverity,
  busy = false,
): void {
  status.text = `SegQL ${text}`;
  status.severity = severity;
  status.busy = busy;
}

async function offerToInstall(looked: Looked[], log: vscode.LogOutputChannel): Promise<void> {
  const one = looked.find(({ runs }) => runs)?.path ?? "python3";
  const command = `"${one}" -m pip install "segql[lsp]"`;
  const said = looked.some(({ runs }) => runs)
    ? `SegQL's language server is not installed in any Python that was found. This installs it: ${command}`
    : `SegQL needs Python 3.11 or newer, and none was found. Name one in the setting "segql.python".`;
  const answer = await vscode.window.showWarningMessage(said, "Copy command", "Settings", "Show log");
  if (answer === "Copy command") await vscode.env.clipboard.writeText(command);
  if (answer === "Settings") await vscode.commands.executeCommand("workbench.action.openSettings", "segql.python");
  if (answer === "Show log") log.show();
}

/** Runs the segment at the cursor, as a task: it has a terminal that stays, and can be run again. */
async function run(): Promise<void> {
  const at = await segmentAtCursor();
  if (!at || !python) return;
  const document = await vscode.workspace.openTextDocument(at.uri);
  if (document.isUntitled || !(await document.save())) {
    void vscode.window.showWarningMessage("Save the file first: its data are looked for beside it.");
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(at.uri);
  const what = new vscode.ProcessExecution(
    python.path,
    ["-P", "-m", "segql", "run", at.uri.fsPath, "--name", at.name],
    folder && { cwd: folder.uri.fsPath },
  );
  const scope = folder ?? vscode.TaskScope.Global;
  const task = new vscode.Task({ type: "segql", name: at.name }, scope, `run ${at.name}`, "SegQL", what);
  task.presentationOptions = { clear: true, showReuseMessage: false };
  await vscode.tasks.executeTask(task);
}

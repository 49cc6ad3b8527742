// The SQL of a segment as a document beside it. Its text is the server's, which also says when there is another one.

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";

const SHOW = "segql.showSql"; // the server's command, which its lenses have
const SCHEME = "segql-sql";

export interface Segment {
  uri: vscode.Uri;
  name: string;
}

export const middleware: Middleware = {
  /** The engine of the settings, where one is set, comes before that of the project. */
  executeCommand(command, given, next) {
    const dialect = command === SHOW && vscode.workspace.getConfiguration("segql", vscode.Uri.parse(given[0])).get("dialect");
    return next(command, dialect && given.length === 2 ? [...given, dialect] : given);
  },
  window: {
    /** SQL is shown beside its segment; whoever typed goes on typing. */
    async showDocument(params, token, next) {
      const uri = vscode.Uri.parse(params.uri);
      if (uri.scheme !== SCHEME) return next(params, token);
      const document = await vscode.workspace.openTextDocument(uri);
      const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
      await vscode.window.showTextDocument(document, options);
      return { success: true };
    },
  },
};

export async function showAtCursor(): Promise<void> {
  const at = await segmentAtCursor();
  if (at) await vscode.commands.executeCommand(SHOW, at.uri.toString(), at.name);
}

/** The segment or analysis in which the cursor is, else the one that is chosen from a list. */
export async function segmentAtCursor(): Promise<Segment | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "segql") return undefined;
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    editor.document.uri,
  );
  const segments = new Map(
    (lenses ?? [])
      .filter(({ command }) => command?.command === SHOW)
      .map(({ command, range }) => [command!.arguments![1] as string, range]),
  );
  const line = editor.selection.active.line;
  const above = [...segments].filter(([, { start }]) => start.line <= line);
  const name = above.length
    ? above.reduce((one, other) => (other[1].start.line >= one[1].start.line ? other : one))[0]
    : await vscode.window.showQuickPick([...segments.keys()], { placeHolder: "Which segment or analysis?" });
  if (!segments.size) void vscode.window.showInformationMessage("There is no segment and no analysis in this file.");
  return name === undefined ? undefined : { uri: editor.document.uri, name };
}

// The SQL of a segment as a document beside it, written anew as the segment is typed.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** The server's commands that ask for SQL to be shown: which of them a lens has depends on what the client can do. */
export const SHOWS = ["segql.compile", "segql.showSql"];

const SCHEME = "segql-sql-of";

export interface Segment {
  uri: vscode.Uri;
  name: string;
}

export class SqlDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly last = new Map<string, string>(); // what a document showed when its segment had SQL
  private readonly parts: vscode.Disposable[];
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.parts = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "segql") this.soon();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.last.delete(uri.toString())),
    ];
  }

  dispose(): void {
    clearTimeout(this.waiting);
    for (const part of this.parts) part.dispose();
  }

  /** Shows the SQL of a segment beside its text. */
  async show(file: string, name: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(sqlOf({ uri: vscode.Uri.parse(file), name }));
    this.changed.fire(document.uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  async showAtCursor(): Promise<void> {
    const at = await this.segmentAtCursor();
    if (at) await this.show(at.uri.toString(), at.name);
  }

  /** The segment in which the cursor is, else the one that is chosen from a list. */
  async segmentAtCursor(): Promise<Segment | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "segql") return undefined;
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      editor.document.uri,
    );
    const segments = new Map(
      (lenses ?? [])
        .filter(({ command }) => SHOWS.includes(command?.command ?? ""))
        .map(({ command, range }) => [command!.arguments![1] as string, range]),
    );
    const line = editor.selection.active.line;
    const above = [...segments].filter(([, { start }]) => start.line <= line);
    const name = above.length
      ? above.reduce((one, other) => (other[1].start.line >= one[1].start.line ? other : one))[0]
      : await vscode.window.showQuickPick([...segments.keys()], { placeHolder: "Which segment?" });
    if (!segments.size) void vscode.window.showInformationMessage("There is no segment in this file.");
    return name === undefined ? undefined : { uri: editor.document.uri, name };
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { uri: file, name } = segmentOf(uri);
    const dialect = vscode.workspace.getConfiguration("segql", file).get<string>("dialect", "");
    try {
      const sql = await this.client()?.sendRequest<string>("workspace/executeCommand", {
        command: "segql.compile",
        arguments: [file.toString(), name, ...(dialect ? [dialect] : [])],
      });
      if (sql === undefined) return "-- The language server does not run.\n";
      this.last.set(uri.toString(), sql);
      return sql;
    } catch (problem) {
      const said = problem instanceof Error ? problem.message : String(problem);
      return `${said.replace(/^/gm, "-- ")}\n${this.last.get(uri.toString()) ?? ""}`;
    }
  }

  private soon(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) this.changed.fire(uri);
    }, 150);
  }
}

function sqlOf({ uri, name }: Segment): vscode.Uri {
  const query = JSON.stringify([uri.toString(), name]);
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name.replaceAll("/", " ")}.sql`, query });
}

function segmentOf(uri: vscode.Uri): Segment {
  const [file, name] = JSON.parse(uri.query) as [string, string];
  return { uri: vscode.Uri.parse(file), name };
}

// Which Python has the language server. Asked in order: the setting, the Python extension, the workspace, the path.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";

export interface Found {
  path: string;
  what: string; // whose Python it is
}

export interface Looked extends Found {
  outcome: string;
  runs: boolean; // it is a Python that is new enough, with or without the server
}

/** The first Python that has the server. What was looked at is added to a list, to be shown. */
export async function find(looked: Looked[]): Promise<Found | undefined> {
  const seen = new Set<string>();
  for await (const { path, what } of candidates()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const outcome = await ask(path);
    looked.push({ path, what, outcome, runs: outcome === "has no segql" || outcome === "has no pygls" });
    if (outcome === "has the server") return { path, what };
    if (what === "the setting segql.python") return undefined; // who names one wants that one
  }
  return undefined;
}

async function* candidates(): AsyncGenerator<Found> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const named = vscode.workspace.getConfiguration("segql").get<string>("python", "").trim();
  if (named) {
    const path = named
      .replace(/^~(?=[/\\])/, homedir())
      .replaceAll("${workspaceFolder}", folders[0]?.uri.fsPath ?? ".");
    yield { path, what: "the setting segql.python" };
  }
  const chosen = await ofPythonExtension();
  if (chosen) yield { path: chosen, what: "the Python extension" };
  for (const folder of folders)
    for (const name of [".venv", "venv", "env"]) {
      const path = join(folder.uri.fsPath, name, ...executable());
      if (existsSync(path)) yield { path, what: `${name} of ${folder.name}` };
    }
  for (const path of process.platform === "win32" ? ["python", "py"] : ["python3", "python"])
    yield { path, what: "the path" };
}

function executable(): string[] {
  return process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
}

/** What the Python extension has chosen; nothing where there is none, or it is of another mind about its interface. */
async function ofPythonExtension(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension("ms-python.python");
  if (!extension) return undefined;
  try {
    const environments = (await extension.activate())?.environments;
    const path = environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
    const resolved = path && (await environments.resolveEnvironment(path));
    return resolved?.executable?.uri?.fsPath;
  } catch {
    return undefined;
  }
}

const QUESTION = `
import importlib.util as u, sys
print("is too old" if sys.version_info < (3, 11)
  else next((f"has no {m}" for m in ("segql", "pygls") if not u.find_spec(m)), "has the server"))
`;

function ask(path: string): Promise<string> {
  return new Promise((answer) => {
    execFile(path, ["-P", "-c", QUESTION], { timeout: 10_000 }, (problem, said) => {
      if (!problem) answer(said.trim());
      else answer((problem as NodeJS.ErrnoException).code === "ENOENT" ? "is not there" : "is too old or does not run");
    });
  });
}

// node session.mjs CHROMIUM PYTHON VSIX WORK PICTURES: one session in a real VS Code, and pictures of what it shows.

import { spawn, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [browserPath, environment, vsix, work, pictures] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const server = join(here, "node_modules", "code-server", "out", "node", "entry.js");
const folders = Object.fromEntries(["shop", "user", "extensions"].map((name) => [name, join(work, name)]));

// ------------------------------------------------------------ what is opened

rmSync(work, { recursive: true, force: true });
for (const folder of [...Object.values(folders), pictures]) mkdirSync(folder, { recursive: true });
cpSync(join(here, "shop.seg"), join(folders.shop, "shop.seg"));
writeFileSync(join(folders.shop, "segql.toml"), "");
symlinkSync(environment, join(folders.shop, ".venv")); // where the extension looks for the server by itself
mkdirSync(join(folders.user, "User"));
writeFileSync(
  join(folders.user, "User", "settings.json"),
  JSON.stringify({
    "workbench.colorTheme": "Default Light Modern",
    "workbench.startupEditor": "none",
    "workbench.activityBar.location": "hidden",
    "workbench.layoutControl.enabled": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": false,
    "window.commandCenter": false,
    "window.menuBarVisibility": "hidden",
    "chat.disableAIFeatures": true,
    "breadcrumbs.enabled": false,
    "editor.minimap.enabled": false,
    "editor.fontFamily": "DejaVu Sans Mono",
    "editor.fontSize": 13,
    "editor.scrollBeyondLastLine": false,
    "editor.cursorBlinking": "solid",
    "editor.accessibilitySupport": "off",
    "editor.formatOnSave": false,
    "extensions.ignoreRecommendations": true,
    "segql.arguments": ["--log-file", join(work, "server.log")],
    "telemetry.telemetryLevel": "off",
  }),
);

const places = ["--user-data-dir", folders.user, "--extensions-dir", folders.extensions];
const env = { ...process.env, NODE_OPTIONS: "" };
execFileSync(process.execPath, [server, ...places, "--install-extension", vsix, "--force"], { env, stdio: "pipe" });

const port = await new Promise((found) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});
const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"];
const address = `127.0.0.1:${port}`;
const running = spawn(process.execPath, [server, ...quiet, ...places, "--bind-addr", address, folders.shop], {
  env,
  stdio: ["ignore", "pipe", "pipe"],
});
let said = "";
running.stdout.on("data", (text) => (said += text));
running.stderr.on("data", (text) => (said += text));

// ------------------------------------------------------------ what a person does, and sees

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 940, height: 640 }, deviceScaleFactor: 1 });
page.setDefaultTimeout(30_000);
const began = Date.now();

function step(what) {
  console.log(`${((Date.now() - began) / 1000).toFixed(1)} s: ${what}`);
}

async function command(name) {
  await page.keyboard.press("F1");
  await page.keyboard.type(name, { delay: 5 });
  await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  await page.waitForTimeout(300);
  await page.keyboard.press("Enter");
}

async function goTo(line, column) {
  await page.keyboard.press("Control+g");
  await page.locator(".quick-input-widget input").waitFor();
  await page.keyboard.type(`${line}:${column}`, { delay: 5 }); // behind the colon that is there
  await page.keyboard.press("Enter");
  await page.waitForTimeout(200);
}

async function picture(name, clip) {
  await page.mouse.move(5, 5);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(pictures, `${name}.png`), clip });
}

function textOf(editor) {
  return page.evaluate(
    (number) =>
      [...document.querySelectorAll(".editor-instance")][number]?.querySelector(".view-lines")?.innerText.replaceAll("\u00a0", " "),
    editor,
  );
}

async function until(what, holds) {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`this did not happen: ${what}`);
}

try {
  await until("code-server listens", () => said.includes("HTTP server listening"));
  await page.goto(`http://${address}/?folder=${folders.shop}`);
  await page.locator(".monaco-workbench").waitFor();
  step("VS Code is there");
  await page.keyboard.press("Control+p");
  await page.keyboard.type("shop.seg", { delay: 10 });
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "shop.seg" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".monaco-editor .view-line").first().waitFor();
  step("the file is open");

  await page.locator(".squiggly-error").first().waitFor();
  step("a squiggle");
  await page.keyboard.press("Control+b");
  const slip = readFileSync(join(folders.shop, "shop.seg"), "utf8").split("\n").findIndex((line) => line.includes("chekout"));
  await goTo(slip + 1, 12);
  await command("Show or Focus Hover");
  await page.locator(".monaco-hover:visible", { hasText: "there is no event" }).waitFor();
  const complaints = await page.locator(".notification-toast").allInnerTexts();
  if (complaints.length) throw new Error(`VS Code complains: ${complaints.join("; ")}`);
  await picture("squiggle");

  await page.keyboard.press("Escape");
  await goTo(slip + 1, 12);
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget", { hasText: "checkout" }).waitFor();
  step("a quick fix");
  await picture("quick-fix");
  await page.keyboard.press("Enter");
  await until("no squiggle", async () => (await page.locator(".squiggly-error").count()) === 0);
  step("it is fixed");

  await goTo(slip - 2, 1);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("did purchase where ", { delay: 20 });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Space");
  await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor();
  step("a completion list");
  await page.keyboard.press("Control+Space"); // its documentation, too
  await page.waitForTimeout(700);
  await picture("completion");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+K"); // the line is gone again
  await until("no squiggle", async () => (await page.locator(".squiggly-error").count()) === 0);

  await page.setViewportSize({ width: 1240, height: 640 });
  await page.locator(".codelens-decoration a", { hasText: "Show SQL" }).first().click();
  await until("SQL beside the segment", async () => (await textOf(1))?.includes("SELECT"));
  step("the SQL of the segment");
  await picture("show-sql");
  await page.locator(".editor-instance .view-line", { hasText: "geo.country" }).last().click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("ian'", { delay: 20 });
  await until("SQL as it is typed", async () => (await textOf(1))?.includes("'Brazilian'"));
  step("the SQL follows what is typed");
  step("done");
} catch (problem) {
  await page.screenshot({ path: join(pictures, "failed.png") });
  console.error(said.split("\n").slice(-15).join("\n"));
  if (existsSync(join(work, "server.log"))) console.error(readFileSync(join(work, "server.log"), "utf8"));
  else console.error("the server was not started");
  console.error(problem);
  process.exitCode = 1;
} finally {
  await browser.close();
  running.kill();
}

// Reads what `inspect -o mermaid` writes with Mermaid's own parser, and looks in what it understood for every container,
// volume and mount that `-o json` tells of.
//
//     node parse.mjs PROGRAM MANIFEST…

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { JSDOM } from "jsdom";

// Mermaid sanitises labels while it parses, which takes a DOM.
globalThis.window = new JSDOM("").window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ securityLevel: "strict" });

const [program, ...manifests] = process.argv.slice(2);

const inspected = (files, output) =>
  spawnSync(program, ["inspect", ...files.flatMap((file) => ["-f", file]), "-o", output, "--all-volumes"], {
    encoding: "utf8",
  }).stdout;

// Mermaid keeps entities in a form of its own until it draws. What stands between characters for no width is ours.
const lines = (label) => {
  const html = label.replaceAll("ﬂ°°", "&#").replaceAll("ﬂ°", "&").replaceAll("¶ß", ";");
  return html.split(/<br\s*\/?>/).map((line) => JSDOM.fragment(line).textContent.replaceAll("\u200b", ""));
};

// Control characters, and those that change the direction of text, are written out in pictures.
const isWrittenOut = (text) => /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(text);
const shown = (text) => text.replaceAll("\u200b", "");

async function check(files) {
  const text = inspected(files, "mermaid");
  if (text === "") return 0;
  assert.equal((await mermaid.parse(text)).diagramType, "flowchart-v2");
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const json = JSON.parse(inspected(files, "json"));
  const pods = json.items ?? [json];
  const [subgraphs, nodes, edges] = [db.getSubGraphs(), [...db.getVertices().values()], db.getEdges()];
  assert.equal(subgraphs.length, pods.length);

  const [containers, volumes] = ["c", "v"].map((id) => nodes.filter((node) => node.id.startsWith(id)));
  const [expected, declared] = [pods.flatMap((pod) => pod.containers), pods.flatMap((pod) => pod.volumes)];
  const first = (node) => lines(node.text)[0];
  assert.deepEqual(containers.map(first), expected.map((container) => shown(container.name || container.role)));
  const isDeclared = (node) => !node.classes.includes("wrong");
  assert.deepEqual(volumes.filter(isDeclared).map(first), declared.map((volume) => shown(volume.name)));

  const devices = (container) =>
    (container.devices ?? []).map(({ path }) => ({ path: `${path} (block device)`, access: "rw" }));
  const seen = (container) => [...container.mounts, ...devices(container)];
  const mounts = expected.flatMap((container, at) => seen(container).map((mount) => ({ ...mount, at: `c${at}` })));
  assert.equal(edges.length, mounts.length);
  const told = edges.map(({ start, end, text }) => [start, end, lines(text)[0]]);
  for (const { at, path, access } of mounts.filter((mount) => !isWrittenOut(mount.path))) {
    const fits = ([start, end, label]) => label === shown(`${path} ${access}`) && at === (access === "rw" ? start : end);
    assert.ok(told.some(fits), `${at} mounts ${path} ${access}: not among ${JSON.stringify(told)}`);
  }
  return 1;
}

let parsed = 0;
for (const files of [...manifests.map((file) => [file]), manifests]) {
  try {
    parsed += await check(files);
  } catch (error) {
    console.error(`${files.join(" ")}:\n${inspected(files, "mermaid")}`);
    throw error;
  }
}
assert.ok(parsed > 1, "no flowchart was parsed");
console.log(`Mermaid understands all ${parsed} flowcharts`);

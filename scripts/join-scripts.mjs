import { exportsOf, toScript, wantedLater } from './common-js-chunks.mjs';

/**
 * The chunks of a program as CommonJS scripts, those that are always loaded as one: opening a file takes longer than running what is in it.
 *
 * @param {readonly import('./common-js-chunks.mjs').Chunk[]} chunks
 * @param main the name of the one with which the program begins; its script has the same name, and exports what the others need of its parts
 * @returns the scripts as `{ path, text }`
 */
export async function joinScripts(chunks, main) {
  const byName = new Map(chunks.map(chunk => [chunk.name, chunk]));
  const parts = partsOf(main, byName);
  for (const name of wantedLater(chunks)) if (parts.has(name)) throw new Error(`${name} is always loaded, and yet imported only when it is wanted.`);
  const loadPart = name => (parts.has(name) ? parts.get(name) : `require("${name}")`);
  const loadElsewhere = name => (parts.has(name) ? `require("${main}").${parts.get(name)}` : `require("${name}")`);
  const others = chunks.filter(({ name }) => !parts.has(name));
  return Promise.all([
    joined(
      [...parts.keys()].map(name => byName.get(name)),
      parts,
      loadPart,
    ),
    ...others.map(chunk => alone(chunk, loadElsewhere)),
  ]);
}

/** What is loaded with `main`, each after what it needs itself, and what it is called in the script. */
function partsOf(main, byName, parts = new Map()) {
  for (const { from } of byName.get(main).imports) if (!parts.has(from)) partsOf(from, byName, parts);
  return parts.set(main, `part${parts.size + 1}`);
}

async function alone(chunk, load) {
  return { path: chunk.path, text: `"use strict";${await toScript(chunk, load)}module.exports=${exportsOf(chunk)};\n` };
}

/** The last part is the program: what it loads later finds the others exported. */
async function joined(chunks, parts, load) {
  const scripts = await Promise.all(chunks.map(chunk => toScript(chunk, load)));
  const program = scripts.pop();
  const { path } = chunks.pop();
  const functions = chunks.map((chunk, index) => `const ${parts.get(chunk.name)}=(()=>{${scripts[index]}return ${exportsOf(chunk)}})();\n`);
  return { path, text: `"use strict";${functions.join('')}module.exports={${chunks.map(({ name }) => parts.get(name)).join()}};\n${program}` };
}

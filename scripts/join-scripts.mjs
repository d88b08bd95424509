import { exportsOf, toScript, wantedLater } from './common-js-chunks.mjs';

/**
 * The chunks of a program as CommonJS scripts, those that are always or often loaded as one: opening a file takes longer than reading it.
 *
 * @param {readonly import('./common-js-chunks.mjs').Chunk[]} chunks
 * @param main the name of the one with which the program begins; its script has the same name, and exports what the others need of its parts
 * @param often the names of those that are imported when they are wanted, which they mostly are; they run only then
 * @returns the scripts as `{ path, text }`
 */
export async function joinScripts(chunks, main, often) {
  const byName = new Map(chunks.map(chunk => [chunk.name, chunk]));
  const parts = new Map();
  for (const name of [...often, main]) addParts(name, byName, parts);
  for (const name of wantedLater(chunks))
    if (parts.has(name) && !often.includes(name)) throw new Error(`${name} is always loaded, and yet imported only when it is wanted.`);
  const valueOf = name => (often.includes(name) ? `${parts.get(name)}()` : parts.get(name));
  const loadPart = name => (parts.has(name) ? valueOf(name) : `require("${name}")`);
  const loadElsewhere = name => (parts.has(name) ? `require("${main}").${valueOf(name)}` : `require("${name}")`);
  const joined = Array.from(parts, ([name, part]) => ({ chunk: byName.get(name), part, isLate: often.includes(name) }));
  const others = chunks.filter(({ name }) => !parts.has(name));
  return Promise.all([join(joined, loadPart), ...others.map(chunk => alone(chunk, loadElsewhere))]);
}

/** Adds what is loaded with a chunk, each after what it needs itself, and what it is called in the script. */
function addParts(name, byName, parts) {
  if (parts.has(name)) return;
  for (const { from } of byName.get(name).imports) addParts(from, byName, parts);
  parts.set(name, `part${parts.size + 1}`);
}

async function alone(chunk, load) {
  return { path: chunk.path, text: `"use strict";${await toScript(chunk, load)}module.exports=${exportsOf(chunk)};\n` };
}

/** The last part is the program: what it loads later finds the others exported. */
async function join(parts, load) {
  const scripts = await Promise.all(parts.map(({ chunk }) => toScript(chunk, load)));
  const program = scripts.pop();
  const { path } = parts.pop().chunk;
  const definitions = scripts.map((script, index) => {
    const { chunk, part, isLate } = parts[index];
    const make = `(()=>{${script}return ${exportsOf(chunk)}})()`;
    return isLate ? `let ${part}Made;const ${part}=()=>${part}Made??=${make};\n` : `const ${part}=${make};\n`;
  });
  return { path, text: `"use strict";${definitions.join('')}module.exports={${parts.map(({ part }) => part).join()}};\n${program}` };
}

// node --import ./scripts/typescript-loader.mjs program.ts
// Runs a TypeScript file, decorators included, on every supported Node.js: esbuild takes the types away as the file is loaded.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

// Hooks live in a thread of their own, into which this call loads this module again.
if (isMainThread) register(import.meta.url);

const compilerOptions = { experimentalDecorators: true, useDefineForClassFields: true, verbatimModuleSyntax: true };

/** @see https://nodejs.org/api/module.html#loadurl-context-nextload */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const options = { loader: 'ts', format: 'esm', target: 'node20.19', keepNames: true, sourcefile: path, sourcemap: 'inline' };
  const { code } = await transform(await readFile(path, 'utf8'), { ...options, tsconfigRaw: { compilerOptions } });
  return { format: 'module', source: code, shortCircuit: true };
}

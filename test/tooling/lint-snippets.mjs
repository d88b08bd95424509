// Lints snippets from stdin, `[{ path, code }]`, with the project's own configuration; prints the problems of each, `[[{ rule, message }]]`.
// A process of its own, because Jest's module loader cannot load ESLint's ESM configuration.
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('../..', import.meta.url));

// The snippets exist in no file, hence in no TypeScript program.
const withoutTypes = { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] };

const eslint = new ESLint({ cwd: root, overrideConfig: [withoutTypes] });
const results = [];
for (const { path, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: path });
  results.push(result.messages.map(({ ruleId, message }) => ({ rule: ruleId, message })));
}
console.log(JSON.stringify(results));

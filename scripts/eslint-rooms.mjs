// ESLint rules for the architecture of src/: which room may import which, who reads the clock, and that a module only declares.
// test/tooling/rooms.test.ts is their specification.
import { posix, relative, resolve, sep } from 'node:path';

/** What each room of src/hosting may import of its neighbours. A room that is not listed may import all of them but `testing`. */
const hostingNeighbours = {
  primitives: [],
  time: ['primitives'],
  'dependency-injection': ['primitives', 'time'],
  files: ['primitives', 'time'],
  configuration: ['primitives', 'time', 'dependency-injection', 'files'],
  options: ['primitives', 'time', 'dependency-injection', 'configuration'],
  logging: ['primitives', 'time', 'dependency-injection', 'configuration', 'options'],
};

/** What the three layers, and the files directly in src/, may import of each other. */
const layers = {
  hosting: ['hosting'],
  backchannel: ['hosting', 'backchannel'],
  commands: ['hosting', 'backchannel', 'commands'],
  '': ['', 'hosting', 'backchannel'],
};

/** Files that stand by themselves, and the rooms that may import them beyond what the tables above allow; `*` is every room. */
const sharedFiles = {
  'src/version.ts': '*',
  'src/hosting/hosted-service.ts': ['hosting/dependency-injection'],
  'src/hosting/options/options-declaration.ts': ['hosting/dependency-injection'],
  'src/hosting/console.ts': ['hosting/logging'],
};

/** Packages with a single owner. `typesEverywhere`: a whole `import type` leaves nothing at run time and is free. */
const ownedPackages = [
  { package: /^(inversify|reflect-metadata|@inversifyjs\/.+)(\/|$)/, owner: 'src/hosting/dependency-injection/' },
  { package: /^vscode-jsonrpc(\/|$)/, owner: 'src/backchannel/rpc/' },
  { package: /^@modelcontextprotocol\//, owner: 'src/commands/mcp/' },
  { package: /^commander(\/|$)/, owner: 'src/commands/' },
  { package: /^@js-joda\//, owner: 'src/hosting/time/', typesEverywhere: true },
  { package: /^(node:)?timers(\/promises)?$/, owner: 'src/hosting/time/' },
];

/** Members of globals that read a clock or arm a timer; `''` stands for the global itself, called. */
const clockReaders = {
  setTimeout: null,
  setInterval: null,
  setImmediate: null,
  Date: ['now'],
  performance: ['now'],
  process: ['hrtime'],
  AbortSignal: ['timeout'],
};

const clockOwner = 'src/hosting/time/';
const stateException = 'src/hosting/time/joda.ts';
const entryPoint = /^src\/commands\/(main\.ts|demo\/apphosts\/[^/]+\.ts)$/;

/**
 * The layer and room of a path relative to the project: `src/hosting/time/delay.ts` is in layer `hosting`, room `time`; a file directly in a layer has
 * room ''. Undefined outside src/.
 */
export function roomOf(path) {
  const [root, ...parts] = path.split('/');
  if (root !== 'src') return undefined;
  const folders = parts.slice(0, -1);
  return { layer: folders[0] ?? '', room: folders[1] ?? '' };
}

/** Why the file `from` may not import the file `to` (both relative to the project), or undefined when it may. */
export function importProblem(from, to) {
  const source = roomOf(from);
  const target = roomOf(to);
  if (!source) return /^(examples|docs)\//.test(from) && target ? 'what users read imports hostward by its name, not by a path into src' : undefined;
  if (!target) return 'src imports nothing outside src by path';
  if (sharedFiles[to] === '*' || sharedFiles[to]?.includes(posix.join(source.layer, source.room))) return undefined;
  if (target.room === 'testing' && source.room !== 'testing') return 'production code never imports a testing room';
  if (!(layers[source.layer] ?? []).includes(target.layer)) return `${describe(source)} may not import ${describe(target)}`;
  if (source.layer !== 'hosting' || target.layer !== 'hosting' || source.room === target.room) return undefined;
  const allowed = hostingNeighbours[source.room];
  return !allowed || allowed.includes(target.room) ? undefined : `${describe(source)} may not import ${describe(target)}`;
}

function describe({ layer, room }) {
  return posix.join('src', layer, room);
}

function projectPath(context, filename = context.filename) {
  return relative(context.cwd, filename).split(sep).join('/');
}

/** Calls `check(node, specifier, isTypeOnly)` for everything that names another module. */
function onModuleReference(check) {
  const fromSource = node => {
    if (node.source) check(node.source, node.source.value, (node.importKind ?? node.exportKind) === 'type');
  };
  const fromCall = node => {
    const [argument] = node.arguments;
    const { callee } = node;
    const requires = callee.type === 'Identifier' ? callee.name === 'require' : callee.type === 'CallExpression' && callee.callee.name === 'createRequire';
    if (requires && argument?.type === 'Literal') check(argument, argument.value, false);
  };
  return {
    ImportDeclaration: fromSource,
    ExportNamedDeclaration: fromSource,
    ExportAllDeclaration: fromSource,
    ImportExpression: node => node.source.type === 'Literal' && check(node.source, node.source.value, false),
    TSImportType: node => check(node, node.source.value, true),
    CallExpression: fromCall,
  };
}

const imports = {
  meta: { type: 'problem', schema: [], messages: { room: "'{{specifier}}': {{problem}}." } },
  create(context) {
    const from = projectPath(context);
    return onModuleReference((node, specifier, typeOnly) => {
      const problem = problemOf(specifier, typeOnly);
      if (problem) context.report({ node, messageId: 'room', data: { specifier, problem } });
    });

    function problemOf(specifier, typeOnly) {
      if (specifier.startsWith('.')) return importProblem(from, projectPath(context, resolve(context.filename, '..', specifier)).replace(/\.js$/, '.ts'));
      if (!from.startsWith('src/')) return undefined;
      if (/^hostward(\/|$)/.test(specifier)) return from.startsWith('src/commands/demo/') ? undefined : 'src imports its own files by relative path';
      const owned = ownedPackages.find(entry => entry.package.test(specifier));
      if (!owned || from.startsWith(owned.owner) || (owned.typesEverywhere && typeOnly)) return undefined;
      return `only ${owned.owner} may import it${owned.typesEverywhere ? ', except by `import type`' : ''}`;
    }
  },
};

const clock = {
  meta: { type: 'problem', schema: [], messages: { clock: '{{what}} reads the real clock: take the injected TimeProvider, or delay() and withDeadline().' } },
  create(context) {
    const from = projectPath(context);
    if (!from.startsWith('src/') || from.startsWith(clockOwner)) return {};
    return {
      ImportSpecifier(node) {
        if (/^(node:)?perf_hooks$/.test(node.parent.source.value) && node.imported.name === 'performance') report(node, 'performance');
      },
      'Program:exit'(program) {
        for (const identifier of globalReferences(context.sourceCode.getScope(program))) checkGlobal(identifier, identifier.name);
      },
    };

    function checkGlobal(node, name) {
      const { parent } = node;
      const member = parent.type === 'MemberExpression' && parent.object === node ? memberName(parent) : undefined;
      if (name === 'globalThis' || name === 'global') {
        if (member) checkGlobal(parent, member);
      } else if (Object.hasOwn(clockReaders, name)) {
        const members = clockReaders[name];
        if (members === null) report(node, name);
        else if (members.includes(member)) report(parent, `${name}.${member}`);
        else if (name === 'Date' && parent.type === 'NewExpression' && parent.callee === node && parent.arguments.length === 0) report(parent, 'new Date()');
        else if (name === 'Date' && parent.type === 'CallExpression' && parent.callee === node) report(parent, 'Date()');
      }
    }

    function report(node, what) {
      if (node.parent.type !== 'TSTypeQuery') context.report({ node, messageId: 'clock', data: { what } });
    }
  },
};

/** References to names that no scope of the file defines. */
function globalReferences(globalScope) {
  const ambient = globalScope.variables.filter(variable => variable.defs.length === 0).flatMap(variable => variable.references);
  return [...ambient, ...globalScope.through].map(reference => reference.identifier);
}

function memberName({ computed, property }) {
  if (!computed) return property.name;
  return property.type === 'Literal' ? String(property.value) : undefined;
}

const declarationsOnly = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      state: 'No mutable state at module level: let an object own it.',
      statement: 'Nothing runs at import: a module only declares.',
    },
  },
  create(context) {
    const from = projectPath(context);
    if (!from.startsWith('src/') || from === stateException || entryPoint.test(from)) return {};
    return {
      Program(program) {
        for (const statement of program.body) {
          const declaration = statement.declaration ?? statement;
          if (declaration.type === 'VariableDeclaration') {
            if (declaration.kind === 'let' || declaration.kind === 'var') context.report({ node: declaration, messageId: 'state' });
          } else if (/(Statement|Loop)$/.test(statement.type) && !statement.directive) {
            context.report({ node: statement, messageId: 'statement' });
          }
        }
      },
    };
  },
};

export default { meta: { name: 'hostward-rooms' }, rules: { imports, clock, 'declarations-only': declarationsOnly } };

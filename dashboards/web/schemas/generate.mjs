/**
 * Makes src/lib/protocol.gen.ts of docs/schemas: types, roads and close codes, as the server's own
 * types have them. With --check it writes nothing and fails where the file is another one.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const schemas = new URL('../../../docs/schemas/', import.meta.url);
const made = new URL('../src/lib/protocol.gen.ts', import.meta.url);

const read = async (name) => JSON.parse(await readFile(new URL(name, schemas), 'utf8'));

const [said, told, http, protocol] = await Promise.all(
  ['socket-said.json', 'socket-told.json', 'http.json', 'protocol.json'].map(read),
);

/** Each type by its name; one that two files have is the same in both. */
function types_of(...files) {
  const types = {};
  for (const { $defs } of files)
    for (const [name, type] of Object.entries($defs)) {
      if (types[name] && JSON.stringify(types[name]) !== JSON.stringify(type))
        throw new Error(`${name} means two things`);
      types[name] = type;
    }
  return types;
}

/**
 * A schema as the compiler takes it: a reference is the name of its type and nothing else (else
 * each one with a description would become a type of its own), and counts by a word name the words.
 */
function plain(schema) {
  if (Array.isArray(schema)) return schema.map(plain);
  if (schema === null || typeof schema !== 'object') return schema;
  const { $ref, propertyNames, ...rest } = schema;
  if ($ref) return { ...rest, tsType: name_in($ref) };
  if (propertyNames)
    return { ...rest, tsType: `Partial<Record<${name_in(propertyNames.$ref)}, number>>` };
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, plain(value)]));
}

const name_in = (reference) => reference.slice('#/$defs/'.length);

/** Frames by kind: what the server says is one of them at a time, and the page looks for each. */
function by_kind({ description, oneOf }) {
  const kinds = oneOf.map((frame) => Object.entries(frame.properties)[0]);
  const described = oneOf.map((frame, at) => [
    kinds[at][0],
    { ...kinds[at][1], description: frame.description },
  ]);
  return { description, type: 'object', properties: Object.fromEntries(described) };
}

/** What is answered at each road that can be read. */
function roads() {
  const read = protocol.roads.filter((road) => road.method === 'GET');
  const properties = read.map((road) => [road.path, { tsType: road.answers }]);
  return {
    description: 'What is read over HTTP, by road.',
    type: 'object',
    properties: Object.fromEntries(properties),
    required: read.map((road) => road.path),
  };
}

const { $defs: _said, $schema: _schema, ...page_says } = said;
const root = {
  ...roads(),
  $defs: plain({
    ...types_of(said, told, http),
    Said: page_says,
    Told: by_kind(told),
  }),
};

const types = await compile(root, 'Roads', {
  additionalProperties: false,
  bannerComment: '',
  style: { singleQuote: true, printWidth: 100 },
  unreachableDefinitions: true,
});

/** Without the compiler's notes on where it found a type, and one line where one is enough. */
const tidy = (types) =>
  types
    .replace(/^ *\* This interface was referenced by .*\n *\* via the .*\n/gm, '')
    .replace(/( *\*\n)+( *\*\/)/g, '$2')
    .replace(/^ *\/\*\*\n *\*\/\n/gm, '')
    .replace(/\/\*\*\n *\* (.*)\n *\*\//g, '/** $1 */')
    .trim();

const closes = protocol.closes.map(
  ({ code, meaning, again_ms, anew }) =>
    `  /** ${meaning} */\n  ${code}: { again_ms: ${again_ms}, anew: ${anew} },`,
);

/** What the fields are that a whole row leaves out, by row. */
const blanks = told.$defs.PageRow.anyOf.map(({ title, properties }) => {
  const may = Object.entries(properties).filter(([, field]) => field.default !== undefined);
  const written = may.map(([name, field]) => `    ${name}: ${JSON.stringify(field.default)},`);
  return `  ${title}: {\n${written.join('\n')}\n  },`;
});

const text = `/* Made by \`make schemas\` of docs/schemas: change the Rust types, not this file. */

${tidy(types)}

/** Where the socket is opened, and the subprotocol both sides agree on. */
export const socket = { path: '${protocol.socket.path}', protocol: '${protocol.socket.protocol}' };

/** Why a socket was closed: after how long the page comes back, if at all, and whether anew. */
export const closes: Readonly<Record<number, { again_ms: number | null; anew: boolean }>> = {
${closes.join('\n')}
};

/** What the fields are that a whole row leaves out. */
export const blanks = {
${blanks.join('\n')}
};
`;

if (process.argv.includes('--check')) {
  const found = await readFile(made, 'utf8').catch(() => '');
  if (found !== text) {
    console.error('src/lib/protocol.gen.ts is not what docs/schemas says: run `make schemas`');
    process.exitCode = 1;
  }
} else {
  await writeFile(made, text);
}

/** What the benchmarks of configuration read: five sources with as many keys each, three deep. */
export function sourcesOf(count) {
  const keys = Array.from({ length: count * 5 }, (_, index) => `Section${index % 40}:Group${index % 7}:Key${index}`);
  const part = source => keys.slice(source * count, (source + 1) * count);
  return {
    keys,
    memory: Object.fromEntries(part(0).map(key => [key, `memory of ${key}`])),
    json: JSON.stringify(nested(part(1))),
    moreJson: JSON.stringify(nested(part(2))),
    environment: Object.fromEntries(part(3).map(key => [`APP_${key.replaceAll(':', '__')}`, `environment of ${key}`])),
    args: part(4).map(key => `--${key}=argument of ${key}`),
  };
}

/** A configuration of these sources, loaded. */
export function configurationOf({ ConfigurationBuilder }, { memory, json, moreJson, environment, args }) {
  return new ConfigurationBuilder()
    .addInMemoryCollection(memory)
    .addJsonText(json)
    .addJsonText(moreJson)
    .addEnvironmentVariables('APP_', { environment })
    .addCommandLine(args)
    .build();
}

function nested(keys) {
  const root = {};
  for (const key of keys) {
    const path = key.split(':');
    const name = path.pop();
    const section = path.reduce((object, part) => (object[part] ??= {}), root);
    section[name] = `json of ${key}`;
  }
  return root;
}

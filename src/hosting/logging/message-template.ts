const placeholder = /\{\{|\}\}|\{([^{},:]+)[^{}]*\}/g;

/** The named values of a message template, in the order of their appearance. */
export function templateValues(template: string, args: readonly unknown[]): Readonly<Record<string, unknown>> {
  // Without a prototype, so that a placeholder may have any name.
  const values = Object.create(null) as Record<string, unknown>;
  let next = 0;
  for (const [, name] of template.matchAll(placeholder)) {
    if (name !== undefined && next < args.length) values[name] = args[next++];
  }
  return values;
}

/** The text of a message template: its placeholders are filled in order, whatever their names. */
export function formatMessage(template: string, args: readonly unknown[]): string {
  if (args.length === 0 && !template.includes('{{') && !template.includes('}}')) return template;
  let next = 0;
  return template.replace(placeholder, (text, name: string | undefined) => {
    if (name === undefined) return text[0]!;
    return next < args.length ? formatValue(args[next++]) : text;
  });
}

/** Logging a value is no reason to fail, whatever it is. */
function formatValue(value: unknown): string {
  try {
    return textOf(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '(null)';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object' && (value.toString === undefined || value.toString === Object.prototype.toString)) return JSON.stringify(value);
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- what has no text of its own was dealt with above
  return String(value);
}

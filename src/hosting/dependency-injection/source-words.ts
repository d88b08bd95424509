const noise = /\s+|\/\*[^]*?\*\/|\/\/[^\n]*/y;
const quoted = /'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"/y;
const expression = /\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/\w*/y;
const plainWord = /[\w$#\u0080-\uffff]+|\.\.\.|\?\.|[^]/y;
const templatePart = /(?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
/** Behind these a slash begins a regular expression; behind anything else it divides. */
const operator = /^(?:[^\w$)\]}'"`\u0080-\uffff]|(?:return|typeof|case|in|of|do|else|void|delete|instanceof|new|yield|await)$)/;

/** The words and signs of a source text; of templates only what is in their braces, of regular expressions and comments nothing. */
export function wordsOf(source: string): string[] {
  const words: string[] = [];
  /** For each template around: how many braces are open in it. */
  const templates: number[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    const found = pattern.exec(source)?.[0];
    position += found?.length ?? 0;
    return found;
  };
  const takeTemplate = (): void => {
    if (!take(templatePart)?.endsWith('${')) return;
    templates.push(0);
    words.push('(');
  };
  while (position < source.length) {
    if (take(noise) !== undefined) continue;
    const next = take(quoted) ?? (operator.test(words.at(-1) ?? '(') && take(expression) !== undefined ? '""' : take(plainWord)!);
    if (next === '`') {
      words.push('""');
      takeTemplate();
    } else if (next === '}' && templates.at(-1) === 0) {
      templates.pop();
      words.push(')');
      takeTemplate();
    } else {
      if (templates.length > 0 && /^[{}]$/.test(next)) templates[templates.length - 1]! += next === '{' ? 1 : -1;
      words.push(next);
    }
  }
  return words;
}

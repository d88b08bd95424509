import { isSecretName, secretMask } from '../../../hosting/primitives/index.js';

/** The way into a dashboard: its address goes on with a token that lets in whoever has it. */
const dashboardLogin = /\/login\/?\?t=[^\s"'<>]*/g;
/** `scheme://user:password@`, `scheme://token@`. */
const userInfo = /\b([a-z][a-z\d+.-]{0,30}:\/\/)([^\s/?#@:"'<>]*)(:[^\s/?#"'<>]*)?@/gi;
/** Tokens and signatures in addresses that have no telling name. */
const shortParameter = /([?&](?:t|sig|code)=)[^&#\s"'<>]+/gi;
/** What stands behind the name of the scheme in a header. */
const authorization = /\b(Bearer\s+)[\w.~+/-]{16,}=*|\b(Basic\s+)(?=[a-z]*[A-Z\d+/])[A-Za-z\d+/]{6,}={0,2}/g;
/** `X-Api-Key: value`, as headers and logs have it. Words without a digit, and short numbers, are taken for words: `token: none`, `tokens: 5`. */
const header = /(?<![\w.-])([\w.-]+)(: +)(?=\S*\d)(?!\d{1,5}(?!\w))[^\s,;"']+/g;
/** `"name": "value"`, as JSON within a text has it, also where that is a text within JSON; with single quotes, as Python and JavaScript print it. */
const member = /(\\?["'])([\w.-]+)\1\s*:\s*\1(?:(?!\1)(?:\\[^]|[^\\]))*\1/g;
/** `--name value`, as command lines have it. */
const option = /(?<!\S)(--?([a-z][\w-]*)\s+)[^\s-]\S*/gi;
/** The beginning of `name=value`, as addresses, connection strings, headers and command lines have it. */
const assignment = /(?<![\w.-])([\w.-]+(?: [A-Za-z]+)?)\s*=\s*/g;
/** The rest of it: between quotes; in a connection string, which goes on behind a semicolon, with blanks; else one word. */
const assigned = /"[^"]*"?|'[^']*'?|[^;&\n"']{0,500}(?=;)|[^&;,\s"']+/y;

/** Names that are those of secrets in a text, besides those that are everywhere. */
const shortName = /^(pwd|pass|signature|sas)$/i;
/** They do not change what a name means: `x-otlp-api-key`. */
const separators = /[-_.\s]/g;

/** Whether what is called so is a secret, in whichever way its words are separated. */
export function namesSecret(name: string): boolean {
  return isSecretName(name) || isSecretName(name.replace(separators, '')) || shortName.test(name);
}

/**
 * The text without what lets somebody in: passwords and tokens in addresses, connection strings, headers and command lines. The way into a dashboard is cut off, so that its
 * address is left.
 *
 * They are found by their form. A secret that looks like any other word is not.
 */
export function redactText(text: string): string {
  const masked = text
    .replace(dashboardLogin, '')
    .replace(userInfo, (_whole, scheme: string, user: string, password: string | undefined) => `${scheme}${maskedUser(scheme, user, password)}@`)
    .replace(shortParameter, (_whole, name: string) => `${name}${secretMask}`)
    .replace(authorization, (_whole, bearer: string | undefined, basic: string | undefined) => `${bearer ?? basic}${secretMask}`)
    .replace(header, (whole: string, name: string, colon: string) => (namesSecret(name) ? `${name}${colon}${secretMask}` : whole))
    .replace(member, (whole: string, quote: string, name: string) => (namesSecret(name) ? `${quote}${name}${quote}:${quote}${secretMask}${quote}` : whole))
    .replace(option, (whole: string, beginning: string, name: string) => (namesSecret(name) ? `${beginning}${secretMask}` : whole));
  return masked.includes('=') ? redactAssignments(masked) : masked;
}

/** A name without a password is one, or a token: where it leads to a web server it is taken for a token. */
function maskedUser(scheme: string, user: string, password: string | undefined): string {
  if (password !== undefined) return `${user}:${secretMask}`;
  return /^(https?|wss?):/i.test(scheme) ? secretMask : user;
}

/** Step by step, so that a value that is shown takes no secret behind it along. */
function redactAssignments(text: string): string {
  const beginnings = new RegExp(assignment);
  const value = new RegExp(assigned);
  let redacted = '';
  let position = 0;
  for (let found = beginnings.exec(text); found; found = beginnings.exec(text)) {
    if (!namesSecret(found[1] ?? '')) continue;
    value.lastIndex = beginnings.lastIndex;
    if (!value.test(text)) continue;
    redacted += text.slice(position, beginnings.lastIndex) + secretMask;
    position = value.lastIndex;
    beginnings.lastIndex = position;
  }
  return redacted + text.slice(position);
}

/** One kind of key, token or password, and what a line looks like that has one. */
export interface SecretRule {
  /** How a summary names it. */
  readonly name: string;
  readonly pattern: RegExp;
  /** Where the pattern has a group, what it holds has to look random, not like a placeholder. */
  readonly looksRandom?: true;
}

/** A line that starts a block which ends with {@link privateKeyEnd}: all of it is secret. */
export const privateKeyStart = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
export const privateKeyEnd = /-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;

/**
 * A line inside such a block: base64, bare, quoted or commented; a header such as `Proc-Type: 4,ENCRYPTED`; or nothing but
 * punctuation.
 */
export const privateKeyLine =
  /^[\s"'`>#*/|+-]{0,40}(?:[A-Za-z0-9+/=]{0,1000}(?:\\[nr]){0,2}[^A-Za-z0-9]{0,20}|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .{0,200}\n?)$/;

/** What every line has that a rule matches: looked for first, and found in few lines. */
export const trigger =
  /a[ksbc]ia|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|hooks\.slack|[sr]k[-_]|aiza|ya29\.|npm_|pypi-|eyj|sg\.|hf_|do[opr]_v1_|accountkey=|:aa|:\/\/|passw|passphrase|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|auth[-_ ]?key|credential|bearer/i;

const secretWord =
  '(?:pass(?:word|wd|phrase)|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|auth[-_ ]?key|credentials?)';

/**
 * Every rule. All of them, and {@link looksRandom}, ask for a digit somewhere in the line. What may repeat is bounded, so that no
 * line, however long, takes long.
 */
export const secretRules: readonly SecretRule[] = [
  // Tokens that their issuers made easy to recognise: a fixed beginning, then so many letters and digits.
  { name: 'Amazon access key', pattern: /\bA[KSBC]IA[A-Z2-7]{16}\b/ },
  { name: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{50}/ },
  { name: 'GitLab token', pattern: /\bglpat-[\w-]{20}/ },
  { name: 'Slack token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10}/ },
  { name: 'Slack webhook', pattern: /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{10}/ },
  { name: 'Stripe key', pattern: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16}/ },
  { name: 'Google key', pattern: /\bAIza[\w-]{35}|\bya29\.[\w-]{20}/ },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}/ },
  { name: 'PyPI token', pattern: /\bpypi-[\w-]{50}/ },
  { name: 'JSON web token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}/ },
  { name: 'SendGrid key', pattern: /\bSG\.[\w-]{16,}\.[\w-]{16}/ },
  { name: 'model provider key', pattern: /\bsk-(?:[a-z]+[0-9]*-)*[A-Za-z0-9_]{20}|\bhf_[A-Za-z0-9]{30}/ },
  { name: 'DigitalOcean token', pattern: /\bdo[opr]_v1_[a-f0-9]{64}/ },
  { name: 'Azure storage key', pattern: /AccountKey=[A-Za-z0-9+/=]{40}/ },
  { name: 'Telegram bot token', pattern: /\b\d{8,10}:AA[\w-]{33}\b/ },
  // A user and a password inside an address.
  { name: 'password in an address', pattern: /:\/\/[^\s:@/]{0,64}:([^\s@/]{3,128})@/, looksRandom: true },
  // Something that is called a secret, and the value it is given: in code, in settings, in a header.
  {
    name: 'assigned secret',
    pattern: new RegExp(
      `${secretWord}[\\w.-]{0,24}["'\`]?\\]?\\s*(?::=?|=>?|,)\\s*["'\`]([^"'\`\\s]{8,512})["'\`]`,
      'i',
    ),
    looksRandom: true,
  },
  {
    name: 'assigned secret',
    pattern: new RegExp(
      `^\\s*(?:export\\s+|set\\s+)?[\\w.-]{0,80}${secretWord}[\\w.-]{0,24}\\s*[:=]\\s*([^\\s"'\`,;]{8,512})\\s*$`,
      'i',
    ),
    looksRandom: true,
  },
  { name: 'bearer token', pattern: /\bbearer\s+([\w.~+/-]{20,512}=*)/i, looksRandom: true },
];

const placeholder =
  /^[<[{$%(]|\.\.\.|\*\*\*|x{4}|example|placeholder|change|your|dummy|sample|secret$|password$|token$|process\.|env/i;

/** Whether a value looks drawn at random: letters and digits mixed, few of them repeated, and no word that says otherwise. */
export function looksRandom(value: string): boolean {
  if (placeholder.test(value) || !/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  return new Set(value).size >= Math.min(value.length * 0.5, 10);
}

/** One kind of key, token or password, and what a line looks like that has one. */
export interface SecretRule {
  /** How a summary names it. */
  readonly name: string;
  readonly pattern: RegExp;
  /** Where the pattern has a group, what it holds has to look random, not like a placeholder. */
  readonly looksRandom?: true;
}

/** A line that starts a block which ends with {@link privateKeyEnd}: all of it is secret. */
export const privateKeyStart = /---- ?BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?----/;
export const privateKeyEnd = /---- ?END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?----/;
/** What every such line has: looked for first. */
export const privateKeyTrigger = /---- ?BEGIN /;

/**
 * A line inside such a block: base64, bare, quoted or commented; a header such as `Proc-Type: 4,ENCRYPTED`; or nothing but
 * punctuation.
 */
export const privateKeyLine =
  /^[\s"'`>#*/|+-]{0,40}(?:[A-Za-z0-9+/=]{0,1000}(?:\\[nr]){0,2}[^A-Za-z0-9]{0,20}|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .{0,200}\n?)$/;

/** What every line has that a rule matches, one or the other: looked for first, and found in few lines. */
const words =
  /accountkey=|:\/\/|q~|authoriz|passw|passphrase|pwd|secret|token|(?:api|access|auth|private)[-_ ]?key|credential|bearer/i;
const beginnings =
  /\b(?:A[KSBC]IA|gh[pousr]_|github_pat_|gl[a-z]{2,6}-|xox[abceprs][-.]|xapp-|hooks\.slack|[sr]k[-_]|whsec_|AIza|ya29\.|GOCSPX|npm_|pypi-|eyJ|SG\.|hf_|gsk_|do[opr]_v1_|shp[a-z]{2}_|lin_api_|dapi|ATATT3|dckr_|figd_|glsa_|hv[sbr]\.|ntn_|tskey|(?:SK|AC)[0-9a-f]{32}|sig=|:AA)/;

/** Whether a rule may match a line. (Two patterns are quicker than one: the larger one looks at one case, at starts of words.) */
export function isSuspect(line: string): boolean {
  return words.test(line) || beginnings.test(line);
}

const secretWord = '(?:pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|auth|private)[-_ ]?key|credentials?)';

/**
 * Every rule. All of them, and {@link looksRandom}, ask for a digit somewhere in the line. What may repeat is bounded, so that no
 * line, however long, takes long.
 */
export const secretRules: readonly SecretRule[] = [
  // Tokens that their issuers made easy to recognise: a fixed beginning, then so many letters and digits.
  { name: 'Amazon access key', pattern: /\bA[KSBC]IA[A-Z2-7]{16}\b/ },
  { name: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{50}/ },
  { name: 'GitLab token', pattern: /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas|ffct)-[\w-]{20}/ },
  { name: 'Slack token', pattern: /\b(?:xox[abceprs][-.]|xapp-\d-)[A-Za-z0-9-]{10}/ },
  { name: 'Slack webhook', pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/T?\w+\/\w+\/\w{10}/ },
  { name: 'Stripe key', pattern: /\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16}/ },
  { name: 'Google key', pattern: /\bAIza[\w-]{35}|\bya29\.[\w-]{20}|\bGOCSPX-[\w-]{28}/ },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}/ },
  { name: 'PyPI token', pattern: /\bpypi-[\w-]{50}/ },
  { name: 'JSON web token', pattern: /(?:\b|_)eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}/ },
  { name: 'SendGrid key', pattern: /\bSG\.[\w-]{16,}\.[\w-]{16}/ },
  { name: 'Twilio key', pattern: /\b(?:SK|AC)[0-9a-f]{32}\b/ },
  {
    name: 'model provider key',
    pattern:
      /\bsk-(?:(?:proj|svcacct|admin|None|ant-[a-z]+\d*|or-v\d)-[\w-]{20}|[A-Za-z0-9]{20})|\bhf_[A-Za-z0-9]{30}|\bgsk_[A-Za-z0-9]{40}/,
  },
  { name: 'DigitalOcean token', pattern: /\bdo[opr]_v1_[a-f0-9]{64}/ },
  { name: 'Azure key', pattern: /AccountKey=[A-Za-z0-9+/=]{40}|\bsig=[A-Za-z0-9%+/]{43}|\b[\w~.]{3}\dQ~[\w~.-]{31}/ },
  { name: 'Telegram bot token', pattern: /\b\d{8,10}:AA[\w-]{33}\b/ },
  { name: 'age key', pattern: /\bAGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{58}/ },
  {
    name: 'service token',
    pattern:
      /\b(?:shp(?:at|ca|pa|ss)_[a-f0-9]{32}|lin_api_[A-Za-z0-9]{40}|dapi[a-f0-9]{32}|ATATT3[\w-]{50}|dckr_pat_[\w-]{27}|figd_[\w-]{40}|glsa_[A-Za-z0-9]{32}_|hv[sbr]\.[\w-]{24}|ntn_[A-Za-z0-9]{40}|tskey-[a-z]{2,12}-\w{8,}-\w{20})/,
  },
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
  {
    name: 'basic authorization',
    pattern: /\bauthorization["'`]?\s*[:=,]\s*["'`]?basic\s+([A-Za-z0-9+/]{12,512}=*)/i,
    looksRandom: true,
  },
];

const placeholder =
  /^[<[{$%(]|\.\.\.|\*\*\*|x{4}|example|placeholder|change|your|dummy|sample|secret$|password$|token$|process\.|env/i;

/** What stands in for a token where its form is explained. */
export const blanked = /x{8}|\*{8}/i;

/** Whether a value looks drawn at random: letters and digits mixed, few of them repeated, and no word that says otherwise. */
export function looksRandom(value: string): boolean {
  if (placeholder.test(value) || !/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  return new Set(value).size >= Math.min(value.length * 0.5, 10);
}

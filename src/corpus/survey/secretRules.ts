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
  /accountkey=|:\/\/|q~|authoriz|passw|passphrase|pass\b|pwd|kennwort|secret|token|(?:api|access|auth|private)[-_ ]?key|credential|bearer|curl|mysql|docker login|machine|discord|atlasv1|-us\d|nral\b/i;
const beginnings =
  /\b(?:A[KSBC]IA|gh[pousr]_|github_pat_|gl[a-z]{2,6}-|xox[abceprs][-.]|xapp-|hooks\.slack|[sr]k[-_]|whsec_|AIza|ya29\.|GOCSPX|npm_|pypi-|eyJ|SG\.|hf_|gsk_|do[opr]_v1_|shp[a-z]{2}_|lin_api_|dapi|ATATT3|dckr_|figd_|glsa_|hv[sbr]\.|ntn_|tskey|key-[0-9a-f]{32}|NRAK-|NRJS-|EAA[A-Z]|sq0[a-z]{3}-|PMAK-|sbp_|sb_secret_|nfp_|dp\.[a-z]|pat[A-Za-z0-9]{14}\.|pat-[a-z]{2}\d-|[MNO][\w-]{23,27}\.|sntry|HRKU-|FlyV1|rubygems_|cio[A-Za-z0-9]{32}|pul-|r8_|pplx-|xai-|bku|CFPAT-|xkeysib-|LTAI|AKCp|oy2|pscale_|ops_eyJ|rzp_|shippo_|sgp_|v1\.0-|sl\.|FLWSECK|(?:SK|AC)[0-9a-f]{32}|sig=|:AA)/;

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
  {
    name: 'service token',
    pattern:
      /\b(?:NRAK-[A-Z0-9]{27}|NRJS-[0-9a-f]{19}|[0-9a-f]{36}NRAL|sq0(?:atp|csp|idp)-[\w-]{22}|EAAA[\w-]{60}|EAA[A-Z][A-Za-z0-9]{80}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|sbp_[0-9a-f]{40}|sb_secret_[\w-]{20}|nfp_[A-Za-z0-9]{36}|dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40}|pat[A-Za-z0-9]{14}\.[0-9a-f]{64}|pat-(?:na|eu)\d-[0-9a-f-]{36}|key-[0-9a-f]{32}\b|[0-9a-f]{32}-us\d{1,2}\b)/,
  },
  {
    name: 'service token',
    pattern:
      /\b(?:sntry[su]_[\w+/=-]{60}|HRKU-[\w-]{36}|FlyV1 fm\d_[\w+/=]{60}|rubygems_[0-9a-f]{48}|cio[A-Za-z0-9]{32}|pul-[0-9a-f]{40}|r8_[A-Za-z0-9]{37}|pplx-[A-Za-z0-9]{48}|xai-[A-Za-z0-9]{80}|bku[a-z]_[0-9a-f]{40}|CFPAT-[\w-]{43}|xkeysib-[0-9a-f]{64}-\w{16}|LTAI[A-Za-z0-9]{20}|AKCp[A-Za-z0-9]{69}|oy2[a-z0-9]{43}|pscale_(?:tkn|pw|oauth)_[\w.-]{32}|ops_eyJ[\w-]{100}|rzp_(?:live|test)_[A-Za-z0-9]{14}|shippo_(?:live|test)_[0-9a-f]{40}|sgp_[0-9a-f_]{40}|v1\.0-[0-9a-f]{24}-[0-9a-f]{100}|sl\.[\w-]{130}|FLWSECK(?:_TEST)?-[0-9a-f]{32}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60})/,
  },
  {
    name: 'Discord token',
    pattern: /\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}|discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60}/,
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
  // A password that only its name tells, in the places where people put them.
  {
    name: 'assigned secret',
    pattern:
      /^\s{0,8}(?:-\s{1,8}|export\s{1,8}|set\s{1,8})?["'`]?(?:[\w.-]{0,80}[._-])?(?:pass|pwd|pw)["'`]?\s{0,8}[:=]\s{0,8}["'`]?([^\s"'`,;]{8,128})["'`]?,?\s{0,8}$/i,
    looksRandom: true,
  },
  {
    name: 'password of a connection',
    pattern: new RegExp(
      `[;?&]\\s{0,8}[\\w -]{0,24}(?:pass|${secretWord})\\s{0,8}=\\s{0,8}([^;&\\s"'\`<>#]{6,128})`,
      'i',
    ),
    looksRandom: true,
  },
  {
    name: 'password of a connection',
    pattern:
      /\b(?:password|passwd|pass|pwd)\s{0,8}=\s{0,8}([^;&\s"'`<>]{6,128})\s{0,8};[^;]{0,80}\b(?:server|host|data source|user|user id|uid|database|initial catalog|port|encrypt|timeout)\s{0,8}=/i,
    looksRandom: true,
  },
  {
    name: 'password of a command',
    pattern:
      /\bcurl\b.{0,300}?\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,64}:([^\s"']{6,128})|\bmachine\s{1,8}\S{1,128}\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s{1,8}\S{6,128}/i,
  },
  {
    name: 'password of a command',
    pattern: /(?:^|\s)--?(?:password|passwd|pass|token|secret|api-?key|auth-?token)[ =]["']?([^\s"'`]{8,256})/i,
    looksRandom: true,
  },
  {
    name: 'password of a command',
    pattern:
      /(?:\bsshpass\s{1,8}-p\s?|\bmysql(?:dump)?\s.{0,200}?\s-p|\bdocker\s{1,8}login\s.{0,200}?\s-p\s)["']?([^\s"'`]{6,128})/,
    looksRandom: true,
  },
  {
    name: 'password of a command',
    pattern:
      /(?:^|[\s;"'(])[A-Z_]{0,40}(?:PASSWORD|PASSWD|PASS|PWD|TOKEN|SECRET|API_KEY)=["']?([^\s"'`;]{8,256})["']?\s{1,8}[\w./-]/,
    looksRandom: true,
  },
  // In markup, in a table, in prose.
  {
    name: 'assigned secret',
    pattern: new RegExp(`<[\\w:.-]{0,40}${secretWord}[\\w.-]{0,24}>\\s{0,8}([^<\\s]{8,256})\\s{0,8}</`, 'i'),
    looksRandom: true,
  },
  {
    name: 'assigned secret',
    pattern: new RegExp(
      `\\|[^|\\n]{0,40}${secretWord}[^|\\n]{0,24}\\|\\s{0,8}\`?([^|\\s\`]{8,256})\`?\\s{0,8}\\|`,
      'i',
    ),
    looksRandom: true,
  },
  {
    name: 'assigned secret',
    pattern:
      /\b(?:pass(?:word|wort|phrase)|kennwort|pwd)\s{0,8}(?:is|ist|=|:)\s{1,8}["'`]?([^\s"'`]{8,128}?)["'`]?[.,;]?\s{0,8}$/i,
    looksRandom: true,
  },
  { name: 'bearer token', pattern: /\bbearer\s+([\w.~+/-]{20,512}=*)/i, looksRandom: true },
  {
    name: 'basic authorization',
    pattern: /\bauthorization["'`]?\s*[:=,]\s*["'`]?basic\s+([A-Za-z0-9+/]{12,512}=*)/i,
    looksRandom: true,
  },
];

/** A line that names a secret whose value is to stand on the next one. */
export const namesSecret = new RegExp(
  `${secretWord}[\\w.-]{0,24}["'\`]?\\]?\\s*(?:(?::=?|=>?)\\s*[|>(\\\\]?[-+]?|</key>)\\s*$|\\bname["']?\\s*[:=]\\s*["']?[\\w.-]{0,80}${secretWord}[\\w.-]{0,24}["']?,?\\s*$`,
  'i',
);

/** A line that is a value and nothing else. */
export const valueAlone =
  /^\s*(?:["']?value["']?\s*[:=]\s*|<string>\s*)?["'`]?([^\s"'`,;<>]{8,512})["'`]?\s*(?:[,;)]|<\/string>)?\s*$/;

/** What stands where a value would: a name for it, or (`]{8`) a regular expression that values match. */
const placeholder =
  /^[<[{$%(]|\]\{\d|\.\.\.|\*\*\*|x{4}|example|placeholder|change|your|dummy|sample|secret$|password$|token$|process\.|env/i;

/** What stands in for a token where its form is explained. */
export const blanked = /x{8}|\*{8}/i;

/** Whether a value looks drawn at random: letters and digits mixed, few of them repeated, and no word that says otherwise. */
export function looksRandom(value: string): boolean {
  if (placeholder.test(value) || !/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  return new Set(value).size >= Math.min(value.length * 0.5, 10);
}

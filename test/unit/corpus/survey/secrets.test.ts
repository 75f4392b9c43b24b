import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCorpus, buildFromSurvey } from '../../../../src/corpus/build';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { SecretFilter } from '../../../../src/corpus/survey/secretFilter';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { prose, sourceOf } from '../sources';
import { folderWith } from '../temporaryFolder';

// Put together here, so that no scanner takes this file for a leak.
const letters = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
const of = (length: number) => letters.slice(0, length);
const upper = (length: number) => 'Q7RT2WXZ5ABCDEFGHIJK'.slice(0, length);

const secrets: readonly (readonly [rule: string, line: string])[] = [
  ['Amazon access key', `aws_access_key_id = ${'AK' + 'IA'}${upper(16)}`],
  ['GitHub token', `git clone with ${'gh' + 'p_'}${of(36)}`],
  ['GitLab token', `${'glp' + 'at-'}${of(20)}`],
  ['Slack token', `slack: ${'xo' + 'xb-'}123456789012-${of(24)}`],
  ['Slack webhook', `curl https://${'hooks.sl' + 'ack.com'}/services/T00000000/B00000000/${of(24)}`],
  ['Stripe key', `${'sk_' + 'live_'}${of(24)}`],
  ['Google key', `const map = '${'AI' + 'za'}${of(35)}'`],
  ['npm token', `//registry/:_authToken=${'np' + 'm_'}${of(36)}`],
  ['JSON web token', `jwt ${'ey' + 'J'}${of(20)}.${'ey' + 'J'}${of(20)}.${of(20)}`],
  ['model provider key', `${'sk' + '-proj-'}${of(40)}`],
  ['password in an address', 'postgres://admin:hunter22x@db.internal:5432/app'],
  ['assigned secret', `const password = 'c0rrectHorse9battery';`],
  ['assigned secret', `  "api_key": "${of(24)}",`],
  ['assigned secret', `DB_PASSWORD=s3cretpassphraseQ`],
  ['assigned secret', `  clientSecret: ${of(20)}`],
  ['bearer token', `curl -H "Authorization: Bearer ${of(30)}"`],
];

const harmless = [
  "const password = 'password';",
  "password: 'your-password-here1'",
  'const token = process.env.API_TOKEN1;',
  'secret = "${SECRET_1}"',
  "if (token === 'identifier') next();",
  'The password is never stored; the token expires after 30 minutes.',
  'A secret: nobody ever reads the second footnote.',
  'https://example.com/path:with@sign',
  'git@github.com:user/repo.git',
  'mongodb://user:password@localhost/example',
  'class="sk-fading-circle sk-bounce-delay"',
  'export const endOfDocument = 0;',
  'const passwordHash = await hash(password, salt);',
  String.raw`const tokens = /ab_(?:secret_[a-z]{4}|nfp_[A-Za-z0-9]{36}|q7)/;`,
  String.raw`    name|password[\w.]{0,24}|\s{0,8}([^<\s]{8,256})|other1`,
];

function filtered(text: string): { text: string; lines: Record<string, number> } {
  const filter = new SecretFilter();
  return { text: filter.filter(text), lines: Object.fromEntries(filter.lines) };
}

describe('SecretFilter', () => {
  for (const [rule, line] of secrets) {
    it(`leaves out a line with this: ${rule}`, () => {
      assert.deepEqual(filtered(`before\n${line}\nafter\n`), { text: 'before\nafter\n', lines: { [rule]: 1 } });
      assert.deepEqual(filtered(line), { text: '', lines: { [rule]: 1 } });
    });
  }

  for (const line of harmless) {
    it(`keeps: ${line}`, () => {
      const text = `before\n${line}\nafter\n`;
      assert.deepEqual(filtered(text), { text, lines: {} });
    });
  }

  it('leaves out a private key whole, also where it goes on in the next piece', () => {
    const key = ['-----BEGIN RSA PRIV' + 'ATE KEY-----', of(60), of(50), '-----END RSA PRIV' + 'ATE KEY-----'];
    assert.deepEqual(filtered(`a\n${key.join('\n')}\nb\n`), { text: 'a\nb\n', lines: { 'private key': 4 } });
    const filter = new SecretFilter();
    assert.equal(filter.filter(`a\n${key[0]!}\n${key[1]!}\n`), 'a\n');
    assert.equal(filter.filter(`${key[2]!}\n`), '');
    assert.equal(filter.filter(`${key[3]!}\nb\n`), 'b\n');
    assert.deepEqual(Object.fromEntries(filter.lines), { 'private key': 4 });
  });

  it('leaves out a private key that is quoted, commented or has headers', () => {
    const [start, end] = ['-----BEGIN PRIV' + 'ATE KEY-----', '-----END PRIV' + 'ATE KEY-----'];
    const keys = [
      [`const key = "${start}\\n" +`, `  "${of(60)}\\n" +`, `  "${of(9)}==\\n" +`, `  "${end}\\n";`],
      [`# ${start}`, `# ${of(60)}`, `# ${of(12)}=`, `# ${end}`],
      [start, 'Proc-Type: 4,ENCRYPTED', '', `${of(62)}+/`, end],
    ];
    for (const key of keys) {
      assert.equal(filtered(`a\n${key.join('\n')}\nb\n`).text, 'a\nb\n');
    }
  });

  it('does not take what follows for a private key where only its start is there', () => {
    const start = '-----BEGIN RSA PRIV' + 'ATE KEY-----';
    const code = 'const isKey = true;\nif (isKey) {\n  fail(name);\n}\n';
    assert.deepEqual(filtered(`if (text.includes('${start}')) {\n${code}`), {
      text: code,
      lines: { 'private key': 1 },
    });
    const cut = `${start}\n${of(60)}\n${of(60)}\n`;
    assert.equal(filtered(`${cut}And then the letter went on.\n`).text, 'And then the letter went on.\n');
    const words = 'word\n'.repeat(2000);
    assert.ok(filtered(`${start}\n${words}`).text.length > 7000);
  });

  it('leaves out each of many, and nothing between', () => {
    const lines = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0 ? secrets[(i / 3) % secrets.length]![1] : `line ${i}`,
    );
    const { text, lines: found } = filtered(lines.join('\n'));
    assert.deepEqual(
      text.split('\n').filter(Boolean),
      lines.filter((_, i) => i % 3 !== 0),
    );
    assert.equal(
      Object.values(found).reduce((sum, count) => sum + count, 0),
      100,
    );
  });
});

describe('secrets in a corpus', () => {
  it('are left out of the text, and counted by rule, but not shown', async () => {
    const [, line] = secrets[1]!;
    const text = `${prose(2500)}\n${line}\n${prose(500, 3)}\n`;
    const root = folderWith({ 'notes.md': text, 'more.md': `${prose(2500, 5)}\n${secrets[11]![1]}\n` });
    const source = sourceOf(root);
    const corpus = await buildCorpus(source, { ...defaultCorpusOptions, tokenizer: 'byte' });
    const ids = new Uint16Array(corpus.training.length);
    corpus.training.read(0, ids);
    assert.ok(!corpus.tokenizer.decode(ids).includes('hp_'));
    const expected = [
      { rule: 'GitHub token', lines: 1 },
      { rule: 'assigned secret', lines: 1 },
    ];
    assert.deepEqual(corpus.summary.secretLines, expected);
    assert.deepEqual(summarize(await surveyCorpus(source)).secretLines, expected);
    assert.equal(corpus.summary.characters, text.length - line.length - 1 + 2501);
    assert.ok(!JSON.stringify(corpus.summary).includes(line));
  });

  it('that appear in a file after it was surveyed are left out as well', async () => {
    const root = folderWith({ 'notes.md': prose(3000) });
    const survey = await surveyCorpus(sourceOf(root));
    writeFileSync(join(root, 'notes.md'), `${secrets[1]![1]}\n${prose(3000)}`);
    utimesSync(join(root, 'notes.md'), 1, 1);
    const corpus = await buildFromSurvey(survey, { ...defaultCorpusOptions, tokenizer: 'byte' });
    const ids = new Uint16Array(corpus.training.length);
    corpus.training.read(0, ids);
    assert.ok(!corpus.tokenizer.decode(ids).includes('hp_'));
  });
});

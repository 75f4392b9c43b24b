import assert from 'node:assert/strict';
import { SecretFilter } from '../../../../src/corpus/survey/secretFilter';

// Everything here is made up, and put together as the test runs, so that no scanner takes this file for a leak.
const alphabet = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zCbFcGeIhLiMkOnPoRqTsVuXwZyAfDlJ';
const any = (length: number) => alphabet.repeat(4).slice(0, length);
const hex = (length: number) => '4f9a1c7e0b83d26a5e7f4c10b92d8e63'.repeat(4).slice(0, length);
const upper = (length: number) => 'Q7RT2WXZ5ABCDEFGHIJK'.repeat(4).slice(0, length);
const bech = (length: number) => 'Q2PZ9RY8X7GF6TV5DW0S3JN4KHCEMUAL'.repeat(4).slice(0, length);
const base64 = (length: number) => 'k3J+v9/Qx2ZbT7mYw1LdR8sNf0HcEaGu'.repeat(4).slice(0, length);
const priv = 'PRIV' + 'ATE KEY';
const openAi = 'T3Blbk' + 'FJ';
const block = (kind: string) => [`-----BEGIN ${kind}-----`, base64(64), base64(40), `-----END ${kind}-----`].join('\n');

/** By what issues them, as documented by the issuer: a line, or several, of which nothing may stay. */
const formats: Readonly<Record<string, string>> = {
  'GitHub, personal, classic': `${'gh' + 'p_'}${any(36)}`,
  'GitHub, OAuth': `${'gh' + 'o_'}${any(36)}`,
  'GitHub, user to server': `${'gh' + 'u_'}${any(36)}`,
  'GitHub, server to server': `${'gh' + 's_'}${any(36)}`,
  'GitHub, server to server, as a web token': `${'gh' + 's_'}1234567_${'ey' + 'J'}${any(40)}.${'ey' + 'J'}${any(80)}.${any(43)}`,
  'GitHub, refresh': `${'gh' + 'r_'}${any(76)}`,
  'GitHub, fine-grained': `${'github' + '_pat_'}${any(22)}_${any(59)}`,
  'GitLab, personal': `${'glp' + 'at-'}${any(20)}`,
  'GitLab, personal, routable': `${'glp' + 'at-'}${any(27)}.01.${hex(9)}`,
  'GitLab, deploy': `${'gld' + 't-'}${any(20)}`,
  'GitLab, runner': `${'glr' + 't-'}${any(20)}`,
  'Amazon, key id': `${'AK' + 'IA'}${upper(16)}`,
  'Amazon, key id of a session': `${'AS' + 'IA'}${upper(16)}`,
  'Amazon, secret key': `aws_secret_access_key = ${base64(40)}`,
  'Amazon, secret key in JSON': `"SecretAccessKey": "${base64(40)}",`,
  'Google, key': `key=${'AI' + 'za'}${any(35)}`,
  'Google, access': `${'ya' + '29.'}${any(60)}`,
  'Google, client secret': `${'GOC' + 'SPX-'}${any(28)}`,
  'Google, key of a service account': `  "private_key": "${block(priv).replaceAll('\n', '\\n')}\\n",`,
  'Google, key id of a service account': `  "private_key_id": "${hex(40)}",`,
  'Slack, bot': `${'xo' + 'xb-'}123456789012-1234567890123-${any(24)}`,
  'Slack, user': `${'xo' + 'xp-'}123456789012-123456789012-123456789012-${hex(32)}`,
  'Slack, rotated': `${'xo' + 'xe.xo' + 'xp-'}1-${any(60)}`,
  'Slack, app': `${'xa' + 'pp-'}1-A0123456789-1234567890123-${hex(64)}`,
  'Slack, webhook': `https://${'hooks.sl' + 'ack.com'}/services/T0123ABCD/B0123ABCD/${any(24)}`,
  'Slack, webhook of a workflow': `https://${'hooks.sl' + 'ack.com'}/workflows/T0123ABCD/A0123ABCD/123456789012345678/${any(24)}`,
  'Stripe, secret': `${'sk_' + 'live_'}${any(24)}`,
  'Stripe, restricted': `${'rk_' + 'live_'}${any(99)}`,
  'Stripe, webhook': `${'wh' + 'sec_'}${any(32)}`,
  npm: `${'np' + 'm_'}${any(36)}`,
  PyPI: `${'py' + 'pi-'}AgEIcHlwaS5vcmc${any(120)}`,
  'Azure, storage key': `DefaultEndpointsProtocol=https;AccountName=a;${'Account' + 'Key='}${base64(86)}==;EndpointSuffix=core`,
  'Azure, shared access': `https://a.blob.core.net/c?sv=2022-11-02&sp=rl&sig=${base64(42).replaceAll('+', '%2B').replaceAll('/', '%2F')}%3D`,
  'Azure, client secret': `${any(3)}8${'Q' + '~'}${any(34)}`,
  'OpenAI, legacy': `${'s' + 'k-'}${any(20)}${openAi}${any(20)}`,
  'OpenAI, project': `${'s' + 'k-proj-'}${any(9)}-${any(9)}_${any(50)}${openAi}${any(60)}`,
  'OpenAI, service account': `${'s' + 'k-svcacct-'}${any(12)}-${any(60)}${openAi}${any(60)}`,
  Anthropic: `${'s' + 'k-ant-'}api03-${any(7)}-${any(40)}_${any(43)}-AAAAAA`,
  'Hugging Face': `${'h' + 'f_'}${any(34)}`,
  Groq: `${'gs' + 'k_'}${any(52)}`,
  SendGrid: `${'S' + 'G.'}${any(22)}.${any(43)}`,
  'Twilio, key': `${'S' + 'K'}${hex(32)}`,
  'Twilio, account': `${'A' + 'C'}${hex(32)}`,
  'DigitalOcean, personal': `${'do' + 'p_v1_'}${hex(64)}`,
  'DigitalOcean, OAuth': `${'do' + 'o_v1_'}${hex(64)}`,
  'Telegram, bot': `1234567890:${'A' + 'A'}${any(33)}`,
  Shopify: `${'shp' + 'at_'}${hex(32)}`,
  Linear: `${'lin_' + 'api_'}${any(40)}`,
  Databricks: `${'da' + 'pi'}${hex(32)}`,
  Atlassian: `${'ATA' + 'TT3'}xFfGF0${any(180)}`,
  Docker: `${'dckr_' + 'pat_'}${any(27)}`,
  Figma: `${'fi' + 'gd_'}${any(40)}`,
  Grafana: `${'gl' + 'sa_'}${any(32)}_${hex(8)}`,
  Vault: `${'hv' + 's.'}${any(90)}`,
  Notion: `${'nt' + 'n_'}${any(46)}`,
  Tailscale: `${'ts' + 'key-'}auth-${any(12)}CNTRL-${any(32)}`,
  'web token': `${'ey' + 'J'}hbGciOiJIUzI1NiJ9.${'ey' + 'J'}zdWIiOiIxMjM0In0.${any(43)}`,
  'key, PKCS 8': block(priv),
  'key, PKCS 8, encrypted': block(`ENCRYPTED ${priv}`),
  'key, RSA': block(`RSA ${priv}`),
  'key, EC': block(`EC ${priv}`),
  'key, OpenSSH': block(`OPENSSH ${priv}`),
  'key, SSH 2': `---- BEGIN SSH2 ENCRYPTED ${priv} ----\nComment: "a key"\n${base64(64)}\n---- END SSH2 ENCRYPTED ${priv} ----`,
  'key, PGP': `-----BEGIN PGP ${priv} BLOCK-----\nVersion: 1\n\n${base64(64)}\n=aB3d\n-----END PGP ${priv} BLOCK-----`,
  'key, age': `${'AGE-SEC' + 'RET-KEY-'}1${bech(58)}`,
  'address of a database': `postgres://admin:${any(12)}@db.internal:5432/app`,
  'address of a database, with a plus': `mongodb+srv://admin:${any(12)}@cluster0.mongo.net/test`,
  'address of a queue': `redis://:${any(16)}@localhost:6379/0`,
  'address with a password': `https://deploy:${any(10)}@registry.internal/v2`,
  'header, bearer': `Authorization: Bearer ${any(40)}`,
  'header, basic': `-H "Authorization: Basic ${base64(28)}=="`,
  'password in code': `const password = "${any(14)}";`,
  'password in Python': `db_password='${any(14)}'`,
  'password in YAML': `  password: ${any(14)}`,
  'password in settings': `export API_TOKEN=${any(20)}`,
  'password in JSON': `{"clientSecret": "${any(24)}"}`,
  'password in an object': `config["api-key"] = '${any(24)}';`,
};

const nearMisses: Readonly<Record<string, string>> = {
  'a UUID': 'id: 550e8400-e29b-41d4-a716-446655440000',
  'a UUID in a path': '/api/v1/users/550e8400-e29b-41d4-a716-446655440000/posts',
  'a commit': `commit ${hex(40)}`,
  'a checksum': `sha256:${hex(64)}  file-1.0.tar.gz`,
  'the integrity of a package': `"integrity": "sha512-${base64(86)}=="`,
  'a picture': `![a](data:image/png;base64,iVBORw0KGgo${base64(120)})`,
  'a public key': `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${any(43)} someone@host1`,
  'a GitHub token, blanked': `set ${'gh' + 'p_'}xxxxxxxx in step 1`,
  'a GitHub token, blanked in full': `1. paste ${'gh' + 'p_'}${'x'.repeat(36)}`,
  'a GitHub token, told of': `tokens start with ${'gh' + 'p_'} since 2021`,
  'a GitLab token, blanked': `2. ${'glp' + 'at-'}${'X'.repeat(20)}`,
  'a Slack webhook, blanked': `https://${'hooks.sl' + 'ack.com'}/services/T00000000/B00000000/${'X'.repeat(24)}`,
  'an OpenAI key, blanked': `OPENAI_API_KEY=${'s' + 'k-'}...1`,
  'an OpenAI key, starred': `Incorrect API key provided 1: ${'s' + 'k-'}********************`,
  'a Stripe key, told of': `a ${'sk_' + 'live_'} key is for production, 1 per shop`,
  'an npm token, named': `${'np' + 'm_'}config_registry=https://registry.npmjs.org/1`,
  'a Hugging Face function': `${'h' + 'f_'}hub_download(repo_id="gpt2")`,
  'a class of styles': 'class="sk-folding-cube sk-cube1 sk-circle-fade-dot-12"',
  'a branch': 'git checkout task-1234-rename-everything-in-the-project',
  'an account, in capitals': 'ACDC played 12 songs; SKU 4f9a1c7e',
  'a host and a port': 'http://localhost:8080/user@example1',
  'an address with a user': 'ssh://git@github.com:22/user/repo1.git',
  'an address with a placeholder': 'postgres://user1:password@localhost/db',
  'an address with a variable': 'postgres://app:${DB_PASSWORD_1}@db/app',
  'a password, told of': 'The password must have at least 12 characters, 1 of them a digit.',
  'a password from the environment': "const password = process.env['DB_PASSWORD_1'];",
  'a password, asked for': "password = input('Password 1: ')",
  'a password, as an example': 'password: your-password-1',
  'a token of a language': 'const token = tokens[index + 1];',
  'a token of a tokeniser': '"eos_token": "<|endoftext1|>",',
  'tokens, counted': 'max_tokens: 4096',
  'a secret of prose': 'It was the secret of the year 1851: nobody had ever seen the whale.',
  'a header, without a value': 'Authorization: Bearer <token1>',
  'a header, told of': 'Authorization: basic authentication, RFC 7617',
  'a public certificate': ['-----BEGIN CERTIFICATE-----', base64(64), '-----END CERTIFICATE-----'].join('\n'),
  'a web token, cut': `${'ey' + 'J'}hbGciOiJIUzI1NiJ9 is the header of version 1`,
  'a chat, with a time': '10:AA is not a time, 10:30 is',
  'a signature of a function': 'sig=3 means that three arguments are taken',
  'an age': 'AGE-SECRET-KEY-1... is how such a key begins',
};

function filtered(text: string): string {
  return new SecretFilter().filter(text);
}

describe('formats of secrets', () => {
  for (const [name, secret] of Object.entries(formats)) {
    it(`is found: ${name}`, () => {
      assert.equal(filtered(`before 1\n${secret}\nafter 1\n`), 'before 1\nafter 1\n');
    });

    // What spans lines, or is a whole line by its form, stands for itself.
    if (!secret.includes('\n') && !/[=:] /.test(secret) && !secret.startsWith('export')) {
      it(`are found in a sentence, and in quotes: ${name}`, () => {
        assert.equal(filtered(`then use ${secret} there\n`), '');
        assert.equal(filtered(`call("${secret}");\n`), '');
      });
    }
  }
});

describe('what only looks like a secret', () => {
  for (const [name, text] of Object.entries(nearMisses)) {
    it(`stays: ${name}`, () => {
      assert.equal(filtered(`before 1\n${text}\nafter 1\n`), `before 1\n${text}\nafter 1\n`);
    });
  }
});

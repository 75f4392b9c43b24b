import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  'Discord, bot': `${'M' + 'TA'}${any(21)}.${any(6)}.${any(38)}`,
  'Discord, webhook': `https://${'disc' + 'ord.com'}/api/webhooks/123456789012345678/${any(68)}`,
  Mailgun: `${'ke' + 'y-'}${hex(32)}`,
  Mailchimp: `${hex(32)}${'-u' + 's14'}`,
  'New Relic, user': `${'NR' + 'AK-'}${upper(20)}${upper(7)}`,
  'New Relic, licence': `${hex(36)}${'NR' + 'AL'}`,
  'Square, access': `${'EA' + 'AA'}${any(60)}`,
  'Square, OAuth': `${'sq0' + 'csp-'}${any(43)}`,
  Postman: `${'PM' + 'AK-'}${hex(24)}-${hex(34)}`,
  'Supabase, access': `${'sb' + 'p_'}${hex(40)}`,
  'Supabase, secret': `${'sb_' + 'secret_'}${any(31)}`,
  Netlify: `${'nf' + 'p_'}${any(36)}`,
  Doppler: `${'dp' + '.pt.'}${any(43)}`,
  Airtable: `${'pa' + 't'}${any(14)}.${hex(64)}`,
  Facebook: `${'EA' + 'AB'}${any(180)}`,
  HubSpot: `${'pa' + 't-na1-'}550e8400-e29b-41d4-a716-446655440000`,
  Sentry: `${'snt' + 'rys_'}${any(100)}`,
  RubyGems: `${'ruby' + 'gems_'}${hex(48)}`,
  Replicate: `${'r' + '8_'}${any(37)}`,
  Perplexity: `${'pp' + 'lx-'}${any(48)}`,
  Terraform: `${any(14)}.${'atlas' + 'v1.'}${any(67)}`,
  NuGet: `${'oy' + '2'}${any(43).toLowerCase()}`,
  PlanetScale: `${'psc' + 'ale_tkn_'}${any(43)}`,
  Pulumi: `${'pu' + 'l-'}${hex(40)}`,
  Brevo: `${'xkey' + 'sib-'}${hex(64)}-${any(16)}`,
  'connection string': `Server=db,1433;Database=app;User Id=sa;${'Pass' + 'word='}Str0ngPw!23;Encrypt=true`,
  'connection string, ended by its password': `"Host=db;Username=app;${'Pass' + 'word='}Str0ngPw!23"`,
  'connection string, begun by its password': `Pwd=Str0ngPw!23;Server=db;Uid=app;`,
  'address with a query': `https://host/login?user=a&${'pass' + 'word='}Str0ngPw23&next=1`,
  'address of JDBC': `jdbc:mysql://db/app?user=app&${'pass' + 'word='}Str0ngPw!23`,
  'curl, with a user': `curl -s -u admin:Str0ngPw23 https://host/`,
  'curl, with a user, in quotes': `curl --user "admin:Str0ngPw23" https://host/`,
  'option of a command': `tool login --password Str0ngPw23 --host db`,
  'option of a command, joined': `tool login --token=${any(24)} --host db`,
  mysql: `mysql -u root -pStr0ngPw23 app`,
  sshpass: `sshpass -p 'Str0ngPw23' ssh root@host`,
  'docker login': `docker login -u me -p Str0ngPw23 registry.internal`,
  'environment of one command': `PGPASSWORD=Str0ngPw23 psql -h db app`,
  'line of netrc': `machine host login me password Str0ngPw23`,
};

/** Kinds whose form is a whole line, or two. */
const lines: Readonly<Record<string, string>> = {
  'password in YAML, in short': 'db_pass: Str0ngPw23',
  'password in YAML, of a list': '- pass: "Str0ngPw23"',
  'password in settings, in short': 'MAIL_PWD=Str0ngPw23',
  'password in XML': '<db.password>Str0ngPw23</db.password>',
  'password in a table': '| db password | `Str0ngPw23` |',
  'password in prose': 'The password is Str0ngPw23.',
  'password in prose, in German': 'Passwort: Str0ngPw23',
  'below its key, in YAML': `api_key:\n  ${any(24)}`,
  'below its key, folded': `client_secret: >-\n  ${any(24)}`,
  'below its key, in JSON': `"password":\n    "Str0ngPw23",`,
  'below its key, in code': `const apiKey =\n  '${any(24)}';`,
  'below its key, after a backslash': `password = \\\n  "Str0ngPw23"`,
  'below its key, in a property list': `<key>apiKey</key>\n<string>${any(24)}</string>`,
  'below its name, in a manifest': `- name: DB_PASSWORD\n  value: Str0ngPw23`,
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
  'a keyword argument': 'connect(user="a", password=password1, host=h1);',
  'a key that is told of': 'The api_key:\n  is written in 2 lines.',
  'an option that is told of': 'tool --password FILE1 reads it from a file, 1 a line',
  'an address with a word': 'https://host/?token=your-token-1&x=1',
  'a shell variable': 'PASSWORD=$1 run-it now',
  'curl, without a password': 'curl -u admin https://host:8080/a1',
  'a word that ends like one': 'compass: north2south',
  'a pass of a compiler': 'pass = passes[index1];',
  'a size below its key': 'token:\n  "12345678"',
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

describe('forms of secrets that take lines', () => {
  for (const [name, text] of Object.entries(lines)) {
    it(`is found: ${name}`, () => {
      const left = filtered(`before 1\n${text}\nafter 1\n`);
      const [first = '', second] = text.split('\n');
      // The name stays, the value goes.
      assert.equal(left, second === undefined ? 'before 1\nafter 1\n' : `before 1\n${first}\nafter 1\n`);
    });
  }
});

describe('sources that hold no secrets', function () {
  this.timeout(120_000);

  it('lose hardly a line: those of TypeScript, and of Python where it is there', () => {
    const python = spawnSync('python3', ['-c', 'import os; print(os.path.dirname(os.__file__))'], { encoding: 'utf8' });
    const folders = [join('node_modules', 'typescript', 'lib')];
    if (python.status === 0) folders.push(python.stdout.trim());
    const alarms: string[] = [];
    let count = 0;
    for (const folder of folders) {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(py|js|ts)$/.test(name) || /(site|dist)-packages/.test(name)) continue;
        const text = readFileSync(join(folder, name), 'utf8');
        count += text.split('\n').length;
        const filter = new SecretFilter();
        filter.filter(text);
        for (const [rule, lost] of filter.lines) alarms.push(...Array.from({ length: lost }, () => `${rule}: ${name}`));
      }
    }
    assert.ok(count > 200_000, `${count} lines`);
    assert.ok(alarms.length <= 30, `${alarms.length} of ${count} lines:\n${alarms.join('\n')}`);
  });
});

describe('what only looks like a secret', () => {
  for (const [name, text] of Object.entries(nearMisses)) {
    it(`stays: ${name}`, () => {
      assert.equal(filtered(`before 1\n${text}\nafter 1\n`), `before 1\n${text}\nafter 1\n`);
    });
  }
});

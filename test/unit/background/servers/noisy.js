const { notify, speak } = require('./speak');
process.stdout.write('{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":7}}\nContent-Length: 3\r\n\r\n{]');
process.stderr.write('2026-01-01 I tensorflow/core: half a li');
speak({
  generate: ({ id }) => {
    process.stdout.write('\x00\x01 noise \n');
    for (const text of ['a', 'b', 'c']) notify('generated', { id, text });
    return { text: 'abc', stopped: 'length', unknownCharacters: [], copies: [], seconds: NaN };
  },
});
process.stderr.write('ne\n');

// The least of the protocol, for servers that misbehave on purpose: what to answer, by method.
/** @param {Record<string, (params: unknown) => unknown>} answers */
function speak(answers) {
  const all = { initialize: () => ({ protocolVersion: 1 }), shutdown: () => null, ...answers };
  process.on('message', ({ id, method, params }) => {
    const answer = all[method];
    if (answer === undefined) return;
    const result = answer(params);
    if (result !== undefined) process.send({ jsonrpc: '2.0', id, result });
  });
  process.on('disconnect', () => process.exit(0));
}

function notify(method, params) {
  process.send({ jsonrpc: '2.0', method, params });
}

module.exports = { speak, notify };

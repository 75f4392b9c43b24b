require('./speak').speak({ initialize: () => ({ protocolVersion: 999 }) });

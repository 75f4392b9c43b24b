require('./speak').speak({ initialize: () => undefined });

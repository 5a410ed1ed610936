// The provider's own switches, for whoever drives it from another process.

export function control(provider) {
  return {
    "POST /next": ({ body }) => {
      provider.next(JSON.parse(body));
      return { status: 200, body: {} };
    },
    "POST /fail-discovery": ({ body }) => {
      provider.discoveryFailures = JSON.parse(body).times;
      return { status: 200, body: {} };
    },
    "GET /refusals": () => ({ status: 200, body: provider.ledger.refusals }),
  };
}

// `transaction(callback)`: the callback gets an adapter whose requests carry the transaction.

/** `adapterOn(send)` builds that adapter. Commits when the callback returns, rolls back when it throws. */
export function createTransaction(send, adapterOn) {
  return async (callback) => {
    const { tx } = await send("begin");
    const open = new Set();
    let ended = false;

    const sendInside = async (op, parameters) => {
      if (ended) throw new Error(`${op}: the transaction has ended`);
      const request = send(op, { tx, ...parameters });
      open.add(request);
      try {
        return await request;
      } finally {
        open.delete(request);
      }
    };

    const end = async (op) => {
      ended = true;
      // A callback need not have waited for all that it started.
      await Promise.allSettled(open);
      await send(op, { tx });
    };

    let result;
    try {
      result = await callback(adapterOn(sendInside));
    } catch (error) {
      await end("rollback");
      throw error;
    }
    await end("commit");
    return result;
  };
}

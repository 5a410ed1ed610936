// The operations of Better Auth's adapter contract, each as one request.

import { joinClauses, sortClause, whereClauses } from "./clauses.js";
import { dataForCreate, dataForUpdate, rowFromResult } from "./rows.js";

/** `send(op, parameters)` decides where a request goes: to the database or into a transaction. */
export function createOperations(schema, send) {
  const onRows = (op) => async ({ model: name, where }) => {
    const model = schema.model(name);
    return send(op, { model, where: whereClauses(schema, model, where) });
  };

  const query = async (op, { model: name, where, select, join, ...rest }) => {
    const model = schema.model(name);
    const clauses = joinClauses(schema, model, join, select);
    const parameters = { model, where: whereClauses(schema, model, where), ...clauses };
    if (op === "findMany") {
      parameters.limit = rest.limit ?? schema.defaultLimit;
      parameters.offset = rest.offset;
      parameters.sortBy = sortClause(schema, model, rest.sortBy);
    }
    const result = await send(op, parameters);
    const asRow = (row) => rowFromResult(schema, model, row, clauses);
    return op === "findMany" ? Promise.all(result.map(asRow)) : asRow(result);
  };

  const change = async (op, { model: name, where, update }) => {
    const model = schema.model(name);
    const data = await dataForUpdate(schema, model, update);
    const result = await send(op, { model, where: whereClauses(schema, model, where), data });
    return op === "update" ? rowFromResult(schema, model, result) : result;
  };

  return {
    async create({ model: name, data, select: wanted, forceAllowId = false }) {
      const model = schema.model(name);
      const { select } = joinClauses(schema, model, undefined, wanted);
      const values = await dataForCreate(schema, model, data, forceAllowId);
      const result = await send("create", { model, data: values, select });
      return rowFromResult(schema, model, result, { select });
    },
    findOne: (args) => query("findOne", args),
    findMany: (args) => query("findMany", args),
    count: onRows("count"),
    update: (args) => change("update", args),
    updateMany: (args) => change("updateMany", args),
    async delete(args) {
      await onRows("delete")(args);
    },
    deleteMany: onRows("deleteMany"),
    async consumeOne(args) {
      return rowFromResult(schema, schema.model(args.model), await onRows("consumeOne")(args));
    },
    async incrementOne({ model: name, where, increment, set }) {
      const model = schema.model(name);
      const deltas = Object.entries(increment).map(([field, delta]) => [
        schema.field(model, field),
        delta,
      ]);
      const result = await send("incrementOne", {
        model,
        where: whereClauses(schema, model, where),
        increment: Object.fromEntries(deltas),
        set: set && (await dataForUpdate(schema, model, set)),
      });
      return rowFromResult(schema, model, result);
    },
  };
}

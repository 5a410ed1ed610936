// Turns the client's answers into values and failures into exceptions.

/** What the server refused, by its code; `message` is the server's own. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** The session is too old for what was asked. */
  get asksForFreshSession(): boolean {
    return this.code === "SESSION_NOT_FRESH" || this.code === "SESSION_EXPIRED";
  }

  /** Nobody is signed in any more. */
  get isSignedOut(): boolean {
    return this.status === 401 && this.code === "UNAUTHORIZED";
  }
}

/** Waits for an answer of the client and gives its data, or throws a {@link Failure}. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error } = await answer.catch(unreachable);
  if (error) throw new Failure(error.status ?? 0, codeOf(error), error.message ?? "");
  return data as T;
}

interface Answer<T> {
  data: T | null;
  error: { status?: number; code?: string | undefined; message?: string | undefined } | null;
}

function codeOf(error: NonNullable<Answer<unknown>["error"]>): string {
  if (error.status === 429) return "TOO_MANY_REQUESTS";
  return error.code ?? "";
}

function unreachable(): Answer<never> {
  return { data: null, error: { status: 0, code: "UNREACHABLE" } };
}

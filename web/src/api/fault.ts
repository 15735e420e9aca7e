import type { Problem } from './shapes';

/** One wrong field of a form, in the server's words. */
export interface FieldFault {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** The server said no. `code` is stable; `message` is a text that a person understands. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldFault[];
  /** The whole answer, for members that only some refusals have. */
  readonly problem: Problem;
  /** Seconds to wait before another try, where the server named them. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Problem, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiFault';
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.fields = problem.errors ?? [];
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** The server was not reached, or the answer did not arrive in time: the request may or may not have counted. */
export class NetworkFault extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached', { cause });
    this.name = 'NetworkFault';
  }
}

/** Whether the same request may succeed if sent again unchanged. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof NetworkFault ||
    (error instanceof ApiFault && [429, 502, 503, 504].includes(error.status))
  );
}
